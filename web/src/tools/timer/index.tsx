/**
 * The clock that everybody sees, as a line above the pictures; set in the panel of those who lead. Its picture can be held
 * still (WCAG 2.2.2), and is where the device asks for less motion: the words go on.
 *
 * A break's clock begins the break of the record and is there as long as that is: whoever ends the break ends both.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { useNow } from "../../call/now.ts";
import { report } from "../../call/refusal.ts";
import { calm } from "../../comfort/comfort.ts";
import { clock } from "../../call/Turn.tsx";
import { when } from "../../text/catalogue.ts";
import { announce, Button, Check, Field, Icon } from "../../ui/index.ts";
import type { RoomView, TimerSeen } from "../../wire.ts";
import type { ToolProps } from "../registry.ts";
import { tone } from "../tone.ts";
import { t } from "./words/index.ts";
import "./timer.css";

const PRESETS = { exercise: [1, 2, 3, 5, 10, 15, 20, 30], break: [5, 10, 15, 20, 30] } as const;
const MINUTE = 60_000;

function openIn(seen: ToolProps["seen"], room: RoomView): TimerSeen | null {
  if (seen?.tool !== "timer" || !seen.open) return null;
  // A clock of an earlier break says nothing of this one.
  return seen.what === "break" && (room.break_since === null || seen.began < room.break_since) ? null : seen;
}

const hour = (at: number) => when(at, { hour: "numeric", minute: "2-digit" });

function words(seen: TimerSeen, left: number): string {
  const back = hour(seen.ends);
  return left > 0 ? t(`left_${seen.what}`, { time: clock(left), back }) : t(`over_${seen.what}`, { back });
}

function Strip({ session, room, seen: told }: ToolProps) {
  const seen = openIn(told, room);
  const now = useNow(session);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const still = chosen ?? calm();
  const before = useRef<number | null>(null);
  const left = seen ? seen.ends - now : null;
  useEffect(() => {
    if (!seen) return;
    before.current = null;
    announce(t(`say_${seen.what}`, { n: Math.max(1, Math.round((seen.ends - session.now()) / MINUTE)), back: hour(seen.ends) }));
  }, [seen?.began, seen?.what]);
  useEffect(() => {
    const was = before.current;
    before.current = left;
    // Said when it is passed, and only by a page that saw it coming.
    if (!seen || left === null || was === null || was < left) return;
    if (was > MINUTE && left <= MINUTE) announce(t("say_minute"));
    if (was > 0 && left <= 0) {
      announce(t("say_over"));
      if (seen.bell) void tone(2.4);
    }
  }, [left]);
  if (!seen || left === null) return null;
  const part = Math.min(1, Math.max(0, left / (seen.ends - seen.began)));
  return (
    <section class="tool-bar timer" aria-label={t("bar")} data-testid="timer-bar">
      <button type="button" class="dial" aria-pressed={still} aria-label={t("still")} title={t(still ? "moving" : "still")} onClick={() => setChosen(!still)}>
        {still ? <Icon name="clock" /> : <Dial part={part} />}
      </button>
      <p class="time" role="timer" data-testid="timer-left">
        {words(seen, left)}
      </p>
    </section>
  );
}

/** A disc that empties. */
function Dial({ part }: { part: number }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="10" class="whole" />
      <circle cx="12" cy="12" r="5" pathLength="1" class="left" stroke-dasharray={`${part} 1`} />
    </svg>
  );
}

function Panel(props: ToolProps) {
  const { session, room, leads } = props;
  const seen = openIn(props.seen, room);
  const now = useNow(session);
  if (!seen) return leads ? <Begin {...props} /> : null;
  async function stop(): Promise<void> {
    const ended = seen?.what === "break" ? await session.command("break", { on: false }) : null;
    report(ended?.ok === false ? ended : await session.use({ do: "timer.stop" }));
  }
  return (
    <>
      <p class="time large">{words(seen, seen.ends - now)}</p>
      {leads && (
        <div class="row">
          {seen.what !== "session" && (
            <Button onClick={() => void session.use({ do: "timer.more", seconds: 60 }).then(report)} data-testid="timer-more">
              {t("more")}
            </Button>
          )}
          <Button look="primary" onClick={() => void stop()} data-testid="timer-stop">
            {t(seen.what === "break" ? "stop_break" : "stop")}
          </Button>
        </div>
      )}
    </>
  );
}

function Begin({ session, room }: ToolProps) {
  const [what, setWhat] = useState<TimerSeen["what"]>("exercise");
  const [minutes, setMinutes] = useState(5);
  const [bell, setBell] = useState(true);
  const now = useNow(session);
  const left = room.ends - now;
  function change(to: TimerSeen["what"]): void {
    setWhat(to);
    setMinutes(to === "break" ? 10 : 5);
  }
  async function start(): Promise<void> {
    const seconds = what === "session" ? Math.round(left / 1000) : minutes * 60;
    // The record first: a clock without its break would tell people to go away from what counts.
    const begun = what === "break" && room.break_since === null ? await session.command("break", { on: true }) : null;
    report(begun?.ok === false ? begun : await session.use({ do: "timer.start", what, seconds, bell }));
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Field kind="select" label={t("for")} name="what" value={what} onChange={(event) => change(event.currentTarget.value as TimerSeen["what"])}>
        {(["exercise", "break", "session"] as const).map((one) => (
          <option key={one} value={one}>
            {t(`for_${one}`)}
          </option>
        ))}
      </Field>
      {what === "session" ? (
        <p class="soft">{left > 10_000 ? t("session_why", { time: hour(room.ends) }) : t("session_over")}</p>
      ) : (
        <Field kind="select" label={t("minutes")} name="minutes" value={minutes} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
          {PRESETS[what].map((n) => (
            <option key={n} value={n}>
              {what === "break" ? `${n} · ${t("back_at", { time: hour(now + n * MINUTE) })}` : n}
            </option>
          ))}
        </Field>
      )}
      {what === "break" && <p class="soft small">{t("break_why")}</p>}
      <Check label={t("bell")} checked={bell} onChange={setBell} />
      <div>
        <Button look="primary" type="submit" disabled={what === "session" && left <= 10_000} data-testid="timer-start">
          {t(what === "break" ? "start_break" : "start")}
        </Button>
      </div>
    </form>
  );
}

export default { Panel, Strip };
