/**
 * Who needs staff now, one line each above the pictures: it says who and since when, rings once, and leads to the steps.
 * It never covers a face, and a group that needs nothing has no trace of it.
 */
import { useEffect, useRef } from "preact/hooks";

import type { Session } from "../../core/session.ts";
import { announce, Button, Icon } from "../../ui/index.ts";
import type { Alert, RoomView } from "../../wire.ts";
import { duration } from "../days.ts";
import { chime } from "../room/chime.ts";
import { second } from "../room/second.ts";
import { load, t } from "./words/index.ts";
import "./crisis.css";

await load();

export interface AlertsProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: (asked: ReturnType<Session["chat"]>) => void;
  readonly onOpen: (alert: Alert) => void;
}

const keyOf = (one: Alert) => `${one.member} ${one.why} ${one.at}`;

function wordsFor(one: Alert): string {
  const { why, alias } = one;
  return why === "help" ? t("help", { name: alias }) : t(`alarm.${why as "network" | "closed" | "left"}`, { name: alias });
}

export default function Alerts({ session, room, act, onOpen }: AlertsProps) {
  const known = useRef(new Set<string>());
  const { alerts } = room;
  useEffect(() => {
    const fresh = alerts.filter((one) => !known.current.has(keyOf(one)));
    known.current = new Set(alerts.map(keyOf));
    if (fresh.length === 0) return;
    announce(fresh.map(wordsFor).join(" "), "assertive");
    void chime();
  }, [alerts]);
  return (
    <section aria-label={t("alerts")}>
      <ul class="alerts" data-testid="alerts">
        {alerts.map((one) => (
          <li key={keyOf(one)} data-why={one.why} data-reached={one.contact !== null || undefined} data-testid={`alert-${one.member}-${one.why}`}>
            <Icon name={one.why === "help" ? "hand" : "warn"} />
            <span class="words">
              <strong>{wordsFor(one)}</strong>{" "}
              <span class="clock">
                {one.contact === null
                  ? t(one.why === "help" ? "help_for" : "gone_for", { time: duration(second.value - one.since) })
                  : t("reached_after", { time: duration(one.contact - one.since) })}
              </span>
            </span>
            <span class="row">
              {one.why === "help" && room.you.may.includes("crisis") && (
                <Button look="primary" onClick={() => act(session.command("answer_help", { member: one.member }))} data-testid={`answer-${one.member}`}>
                  {t("answer")}
                </Button>
              )}
              <Button look={one.why === "help" ? "quiet" : "primary"} onClick={() => onOpen(one)} data-testid={`open-${one.member}-${one.why}`}>
                {t("open")}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
