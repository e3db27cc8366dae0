/**
 * The calm picture: a shape that grows and shrinks with a slow breath, the same on every page at the same time.
 *
 * It moves by transforms and opacity alone, which the browser's compositor does without this page's script; the clock
 * that it follows is looked at every few seconds. Whoever does not want it to move stops it, and it stands still from
 * the beginning where the device or "Comfort" asks for no motion.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { calm as still } from "../../comfort/comfort.ts";
import { Button, Field } from "../../ui/index.ts";
import type { CalmSeen } from "../../wire.ts";
import { Guide } from "../Guide.tsx";
import type { ToolProps } from "../registry.ts";
import { cycle, frames, into, partAt, type Part } from "./breath.ts";
import { t } from "./words/index.ts";
import "./calm.css";

const RHYTHMS = {
  long: { inhale: 4, hold: 0, exhale: 6, rest: 0 },
  even: { inhale: 5, hold: 0, exhale: 5, rest: 0 },
  square: { inhale: 4, hold: 4, exhale: 4, rest: 4 },
  sleep: { inhale: 4, hold: 7, exhale: 8, rest: 0 },
} as const;
type Rhythm = keyof typeof RHYTHMS;
const SHAPES: readonly CalmSeen["shape"][] = ["circle", "tide", "dusk"];
/** More than this apart from the server's time is seen beside another screen. */
const DRIFT_MS = 80;
const LOOK_MS = 5000;
const WORDS = "calm-words";

function calm(seen: ToolProps["seen"]): CalmSeen | null {
  return seen?.tool === "calm" && seen.open ? seen : null;
}

function Stage({ session, seen }: ToolProps) {
  const now = calm(seen);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const moves = chosen ?? !still();
  const [words, setWords] = useState(() => localStorage.getItem(WORDS) !== "no");
  const figure = useRef<HTMLDivElement>(null);
  const key = JSON.stringify(now);

  useEffect(() => {
    const box = figure.current;
    if (!box || !now || !moves) return;
    const whole = cycle(now);
    const timing = { duration: whole, iterations: Number.POSITIVE_INFINITY };
    const animations = [...box.querySelectorAll<HTMLElement>("[data-breathes]")].map((part) => {
      const [small, large] = FRAMES[part.dataset["breathes"] as keyof typeof FRAMES];
      return part.animate(frames(now, small, large), timing);
    });
    const follow = () => {
      const should = into(now, now.since, session.now());
      for (const animation of animations) {
        const is = Number(animation.currentTime ?? 0) % whole;
        const apart = Math.abs(is - should);
        if (Math.min(apart, whole - apart) > DRIFT_MS) animation.currentTime = should;
      }
    };
    follow();
    const timer = setInterval(follow, LOOK_MS);
    document.addEventListener("visibilitychange", follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", follow);
      for (const animation of animations) animation.cancel();
    };
  }, [key, moves, session]);

  if (!now) return null;
  return (
    <div class="calm" data-testid="calm" data-shape={now.shape} data-moves={moves}>
      <div class="calmfigure" ref={figure} role="img" aria-label={t("figure", { in: now.inhale, out: now.exhale })}>
        <span data-breathes="far" />
        <span data-breathes="near" />
        <span data-breathes="heart" />
      </div>
      {words && <Words session={session} now={now} />}
      <div class="calmcontrols">
        <Button icon={moves ? "pause" : "play"} aria-pressed={!moves} data-testid="calm-still" onClick={() => setChosen(!moves)}>
          {t("still")}
        </Button>
        <Button
          aria-pressed={words}
          data-testid="calm-words"
          onClick={() => {
            localStorage.setItem(WORDS, words ? "no" : "yes");
            setWords(!words);
          }}
        >
          {t("words")}
        </Button>
      </div>
    </div>
  );
}

/** From small to large, for each part of the figure. */
const FRAMES: Record<"far" | "near" | "heart", readonly [Keyframe, Keyframe]> = {
  far: [
    { transform: "scale(0.62)", opacity: 0.25 },
    { transform: "scale(1)", opacity: 0.6 },
  ],
  near: [
    { transform: "scale(0.55)", opacity: 0.5 },
    { transform: "scale(0.86)", opacity: 0.8 },
  ],
  heart: [
    { transform: "scale(0.5)", opacity: 0.9 },
    { transform: "scale(0.7)", opacity: 1 },
  ],
};

/** What to do now, for those who like to be told. Not spoken: it would never end. The figure's name says the rhythm. */
function Words({ session, now }: { session: ToolProps["session"]; now: CalmSeen }) {
  const [part, setPart] = useState<Part>("inhale");
  const key = JSON.stringify(now);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = () => {
      const at = partAt(now, into(now, now.since, session.now()));
      setPart(at.part);
      timer = setTimeout(next, Math.max(50, at.left + 10));
    };
    next();
    return () => clearTimeout(timer);
  }, [key, session]);
  return (
    <p class="calmword" aria-hidden="true" data-testid="calm-word" data-part={part}>
      {t(part)}
    </p>
  );
}

function Panel({ session, room, seen }: ToolProps) {
  const now = calm(seen);
  const [shape, setShape] = useState<CalmSeen["shape"]>(now?.shape ?? "circle");
  const [rhythm, setRhythm] = useState<Rhythm>("long");
  return (
    <>
      <Field kind="select" label={t("shape")} value={shape} onChange={(event) => setShape(event.currentTarget.value as CalmSeen["shape"])} data-testid="calm-shape">
        {SHAPES.map((one) => (
          <option key={one} value={one}>
            {t(`shape_${one}`)}
          </option>
        ))}
      </Field>
      <Field kind="select" label={t("rhythm")} value={rhythm} onChange={(event) => setRhythm(event.currentTarget.value as Rhythm)} data-testid="calm-rhythm">
        {(Object.keys(RHYTHMS) as Rhythm[]).map((one) => (
          <option key={one} value={one}>
            {t(`rhythm_${one}`)}
          </option>
        ))}
      </Field>
      <div class="row">
        <Button
          look="primary"
          data-testid="calm-show"
          onClick={() => void session.use({ do: "calm.show", shape, ...RHYTHMS[rhythm] }).then(report)}
        >
          {t(now ? "change" : "show")}
        </Button>
        {now && (
          <Button data-testid="calm-hide" onClick={() => void session.use({ do: "calm.hide" }).then(report)}>
            {t("hide")}
          </Button>
        )}
      </div>
      <Guide session={session} room={room} />
      <p class="small soft">{t("what")}</p>
    </>
  );
}

export default { Panel, Stage };
