/**
 * Rings what is to be rung on this page, whether somebody looks at it or not.
 *
 * Strikes are given to the sound device's own clock up to a minute and a half ahead, because a browser wakes a page in the
 * background no more than once a minute. They are placed by server time less the delay of this device's loudspeaker, so
 * that they sound everywhere at once. When something changes, what has not sounded yet is taken back.
 */
import { signal, type Signal } from "@preact/signals";
import type { BellSeen } from "../../wire.ts";
import { strike } from "./sound.ts";
import { strikes } from "./strikes.ts";

const AHEAD_MS = 90_000;
const LOOK_MS = 1000;
/** Later than this a bell would only confuse. */
const LATE_MS = 400;
const VOLUME = "bell-volume";

/** 0 to 1: this person's own. */
export const volume: Signal<number> = signal(kept());

function kept(): number {
  const said = Number(localStorage.getItem(VOLUME) ?? "0.7");
  return said >= 0 && said <= 1 ? said : 0.7;
}

export interface Ringing {
  /** The browser holds sound back until the person has touched the page. */
  readonly blocked: Signal<boolean>;
  follow(seen: BellSeen | null): void;
  /** Let sound through; call it in answer to a touch. */
  unblock(): void;
  /** One stroke now, for this person alone. */
  preview(sound: BellSeen["rung_sound"]): void;
  close(): void;
}

export function openRinging(now: () => number): Ringing {
  const context = new AudioContext();
  const out = new GainNode(context, { gain: volume.peek() });
  out.connect(context.destination);
  const given = new Map<string, () => void>();
  const blocked = signal(false);
  let seen: BellSeen | null = null;

  const unsubscribe = volume.subscribe((loud) => {
    localStorage.setItem(VOLUME, String(loud));
    out.gain.setTargetAtTime(loud, context.currentTime, 0.03);
  });

  async function look(): Promise<void> {
    if (context.state === "suspended") await Promise.race([context.resume(), new Promise((go) => setTimeout(go, 200))]);
    blocked.value = context.state === "suspended";
    if (!seen || blocked.value || context.state === "closed") return;
    for (const one of strikes(seen)) {
      const name = `${one.at} ${one.sound}`;
      const ahead = one.at - now();
      if (given.has(name) || ahead > AHEAD_MS || ahead < -LATE_MS) continue;
      const delay = Number.isFinite(context.outputLatency) ? context.outputLatency : 0;
      const when = Math.max(context.currentTime, context.currentTime + ahead / 1000 - delay);
      given.set(name, strike(context, out, one.sound, when, one.loud));
    }
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    blocked,
    follow(next) {
      const planned = new Set(next ? strikes(next).map((one) => `${one.at} ${one.sound}`) : []);
      for (const [name, silence] of given) {
        // What sounds already may die away by itself.
        if (planned.has(name) || Number(name.split(" ")[0]) <= now()) continue;
        silence();
        given.delete(name);
      }
      seen = next;
      void look();
    },
    unblock: () => void context.resume().then(look),
    preview: (sound) => void context.resume().then(() => strike(context, out, sound, context.currentTime, 1)),
    close() {
      clearInterval(timer);
      unsubscribe();
      void context.close();
    },
  };
}
