/**
 * The good-bye, counted down. Everybody sees how much time there is; whoever may end the session may also end it now, or
 * go on. When the time is over the page of whoever began it asks for the end; if that page is gone, another host's does.
 *
 * The seconds are for eyes only. A screen reader hears the beginning, the last ten seconds, and that the session goes on.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { announce, Button, Icon } from "../../ui/index.ts";
import type { CountdownProps } from "./Goodbye.tsx";
import { t } from "./words/index.ts";
import "./goodbye.css";

/** Another host's page ends the session so much later, in case that of whoever began the good-bye is gone. */
const IN_PLACE_MS = 4000;
const LAST = 10;

export function Countdown({ session, seen }: CountdownProps) {
  const { you } = session.state.value.room ?? { you: null };
  const may = you?.may.includes("end") ?? false;
  const ends = seen.at + (you?.member === seen.by ? 0 : IN_PLACE_MS);
  const [left, setLeft] = useState(() => secondsTo(seen.at, session.now()));
  const asked = useRef(false);

  useEffect(() => {
    asked.current = false;
    announce(t("said", { n: secondsTo(seen.at, session.now()) }));
    let before = Number.POSITIVE_INFINITY;
    const timer = setInterval(() => {
      const now = session.now();
      const seconds = secondsTo(seen.at, now);
      setLeft(seconds);
      if (seconds <= LAST && before > LAST && before !== Number.POSITIVE_INFINITY) announce(t("said", { n: LAST }), "assertive");
      before = seconds;
      if (may && now >= ends && !asked.current) {
        asked.current = true;
        void session.command("end", {}).then((answer) => {
          report(answer);
          if (!answer.ok) void session.use({ do: "goodbye.cancel" });
        });
      }
    }, 250);
    return () => clearInterval(timer);
  }, [session, seen.at, may, ends]);
  useEffect(() => () => void (session.state.peek().over === null && announce(t("cancelled"))), [session]);

  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <section class="goodbye" aria-label={t("title")} data-testid="goodbye">
      <p>
        <Icon name="clock" />
        <strong role="timer">{left > 0 ? t("ends_in", { time }) : t("ends_now")}</strong>
      </p>
      {may && (
        <div class="row">
          <Button onClick={() => void session.use({ do: "goodbye.cancel" }).then(report)} data-testid="goodbye-cancel">
            {t("cancel")}
          </Button>
          <Button look="danger" onClick={() => void session.command("end", {}).then(report)} data-testid="goodbye-now">
            {t("end_now")}
          </Button>
        </div>
      )}
    </section>
  );
}

function secondsTo(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}
