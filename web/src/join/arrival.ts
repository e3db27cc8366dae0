/**
 * The way in, as steps: hello, check, about today, room. Owns the token and what the server said about the session.
 *
 * The token is exchanged on a person's click and never on loading, because mail scanners open links. A reload asks the
 * server who this browser is and goes on where it was; if the cookie is gone, the click is asked for again.
 */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { HttpError, openHttp, type HttpDoor } from "../core/http.ts";
import type { CheckIn } from "./about/answers.ts";
import { keepChecked, known } from "./known.ts";
import { NOWHERE, readPlace, writePlace, type Place, type Step } from "./place.ts";

export interface Facts {
  readonly kind: string;
  readonly csrf: string;
  readonly session: string;
  readonly starts: number;
  readonly ends: number;
  readonly zone: string;
  readonly alias: string;
  readonly agreement: { readonly version: string; readonly text: string };
  readonly check_in: CheckIn | null;
  readonly checked_in: boolean;
  /** Kinds of agreement that are asked for first. */
  readonly to_sign: readonly string[];
  /** Empty where it was not said. */
  readonly clinic_phone: string;
}

/** What a standing link tells while nothing is on. */
export interface Next {
  readonly kind: "next";
  readonly starts: number | null;
  readonly ends: number | null;
  /** From when on the same link leads in. */
  readonly opens: number | null;
  /** By whose clock; empty is this device's. */
  readonly zone: string;
}

/** What staff are told of the screens before the waiting room, so that nobody is called who is busy coming in. */
const DOING: Partial<Record<string, string>> = { check: "devices", agree: "signing", about: "about" };
const SAY_EVERY_MS = 15_000;

export type Trouble = "offline" | "too_many" | "not_now" | null;

export interface Arrival {
  /** `null` until it is known where to go on; "bad-link" has no way on, and what comes next has one later. */
  readonly step: ReadonlySignal<Step | "bad-link" | Next | null>;
  readonly facts: ReadonlySignal<Facts | null>;
  readonly place: ReadonlySignal<Place>;
  readonly trouble: ReadonlySignal<Trouble>;
  readonly csrf: () => string;
  /** The person has clicked: exchange the token. */
  begin(): Promise<void>;
  checked(microphone: boolean, camera: boolean): void;
  /** What there was to sign is signed, or is left for staff to talk about. */
  agreed(later?: boolean): void;
  readonly http: HttpDoor;
  /** Resolves to the codes of what went wrong, or null. */
  answered(answers: CheckIn): Promise<string | null>;
  /** The server wants the questions answered (again), or the link opened again. */
  sendBack(to: "about" | "hello"): void;
}

function troubleOf(error: HttpError): Trouble {
  if (error.code === "offline") return "offline";
  return error.status === 429 ? "too_many" : "not_now";
}

export function arrive(token: string | null, storage: Storage): Arrival {
  const http = openHttp();
  const step = signal<Step | "bad-link" | Next | null>(null);
  const facts = signal<Facts | null>(null);
  const trouble = signal<Trouble>(null);
  const before = readPlace(storage);
  const place = signal<Place>(token ? { ...NOWHERE, token } : (before ?? NOWHERE));

  function go(to: Step, part: Partial<Place> = {}): void {
    place.value = { ...place.value, ...part, step: to };
    writePlace(storage, place.value);
    step.value = to;
  }

  /** After the mirror. */
  const first = (): Step => (facts.value?.to_sign.length ? "agree" : next());
  const next = (): Step => (facts.value?.checked_in ? "room" : "about");

  function know(said: Facts): void {
    facts.value = said;
    http.csrf = said.csrf;
  }

  async function resume(): Promise<void> {
    try {
      const said = await http.get<Facts>("/api/session");
      if (said.kind !== "client") throw new HttpError(401, "not_signed_in");
      know(said);
      const was = place.value.step;
      // Whoever put the signing off is asked again when they load the page, as staff tell them to.
      const signs = said.to_sign.length > 0 && (was === "agree" || place.value.later);
      go(signs ? "agree" : was === "about" || was === "agree" ? next() : was);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (error.status === 401 && !place.value.token) step.value = "bad-link";
      else {
        trouble.value = error.status === 401 ? null : troubleOf(error);
        go("hello");
      }
    }
  }

  if (token) go("hello");
  else void resume();

  effect(() => {
    const doing = DOING[typeof step.value === "string" ? step.value : ""];
    if (doing === undefined) return undefined;
    // Whether it arrives changes nothing here.
    const say = () => void http.post("/api/arriving", { doing }).catch(() => undefined);
    say();
    const timer = setInterval(say, SAY_EVERY_MS);
    return () => clearInterval(timer);
  });

  return {
    step,
    facts,
    place,
    trouble,
    csrf: () => http.csrf,
    async begin() {
      trouble.value = null;
      try {
        const { token } = place.value;
        if (token || !facts.value) {
          const said = await (token ? http.post<Facts | Next>("/api/link", { token }) : http.get<Facts>("/api/session"));
          if ("opens" in said) {
            step.value = said;
            return;
          }
          know(said);
        }
        const before = await known();
        if (before) go(first(), before);
        else go("check");
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        if (error.code === "link_not_valid" || error.status === 401 || error.status === 400) step.value = "bad-link";
        else trouble.value = troubleOf(error);
      }
    },
    checked(microphone, camera) {
      keepChecked({ microphone, camera });
      go(first(), { microphone, camera });
    },
    agreed(later = false) {
      go(next(), { later });
    },
    http,
    async answered(answers) {
      try {
        await http.put("/api/check-in", answers);
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        return error.code;
      }
      if (facts.value) facts.value = { ...facts.value, checked_in: true, check_in: answers };
      go("room");
      return null;
    },
    sendBack(to) {
      if (facts.value) facts.value = { ...facts.value, checked_in: false };
      go(to);
    },
  };
}
