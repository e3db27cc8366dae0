/**
 * Where somebody is while the group is in breakout rooms, with whom and for how long, and how to get a host or get out.
 * For a moment after they are over, too: suddenly there are more faces, and it should say why.
 *
 * Coming and going is said by announcements.ts. Must not touch: what hosts have, which is staff/breakouts.
 */
import { useEffect, useState } from "preact/hooks";
import type { Session } from "../../core/session.ts";
import { announce, Button, Notice } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { report } from "../refusal.ts";
import "./breakout.css";
import { useCountdown } from "./ticking.ts";
import { t } from "./words/index.ts";

const SHOWN_AFTER_MS = 8000;
const LAST_MINUTE_MS = 60_000;

export interface BannerProps {
  readonly session: Session;
  readonly room: RoomView;
}

export default function Banner({ session, room }: BannerProps) {
  const { breakouts, announcer, you } = room;
  const was = useBefore(breakouts === null ? -1 : you.breakout);
  useLastMinute(session, breakouts?.until ?? null);
  return (
    <section class="banners" aria-label={t("title")}>
      {breakouts !== null && <Inside session={session} room={room} until={breakouts.until} />}
      {was !== null && (
        <Notice icon="people" data-testid="breakout-over">
          {t(breakouts === null ? "together" : "alone_main")}
        </Notice>
      )}
      {announcer !== null && announcer.member !== you.member && (
        <Notice tone="plain" icon="sound" role="status" data-testid="announcing">
          {t("announcing", { name: announcer.alias })}
        </Notice>
      )}
    </section>
  );
}

function Inside({ session, room, until }: BannerProps & { until: number | null }) {
  const { you } = room;
  const time = useCountdown(session, until);
  const others = room.members.filter((one) => !one.you && one.near);
  const host = others.some((one) => one.role === "facilitator" || one.role === "cofacilitator");
  const inside = you.breakout > 0;
  const names = new Intl.ListFormat(document.documentElement.lang).format(others.map((one) => one.alias));
  const where = !inside ? t(host ? "main_host" : "main") : others.length > 0 ? t("in", { room: you.breakout, names }) : t("in_alone", { room: you.breakout });
  const ask = (on: boolean) => void session.command("want_host", { on }).then(report);
  const back = () => void session.command("place", { placed: [{ member: you.member, room: 0 }] }).then(report);
  return (
    <Notice
      icon="door"
      data-testid="breakout"
      action={
        <span class="breakout-acts">
          {!host && !you.wants_host && (
            <Button icon="hand" onClick={() => ask(true)} data-testid="want-host">
              {t("want")}
            </Button>
          )}
          {you.wants_host && (
            <Button look="plain" onClick={() => ask(false)} data-testid="unwant-host">
              {t("unwant")}
            </Button>
          )}
          {inside && (
            <Button look="plain" onClick={back} data-testid="breakout-back">
              {t("back")}
            </Button>
          )}
        </span>
      }
    >
      <span data-testid="breakout-where">{where}</span>
      {time !== "" && (
        <>
          {" "}
          <span class="breakout-time" aria-hidden="true" data-testid="breakout-time">
            {t("left", { time })}
          </span>
          <span class="unseen">{t("left_long", { time })}</span>
        </>
      )}
      <span role="status">{you.wants_host && ` ${t("wanted")}`}</span>
    </Notice>
  );
}

/** The room that somebody has just come back from, for a moment; null otherwise. -1 is no rooms at all. */
function useBefore(now: number): number | null {
  const [last, setLast] = useState(now);
  const [from, setFrom] = useState<number | null>(null);
  useEffect(() => {
    if (last === now) return;
    setLast(now);
    setFrom(last >= 0 && now <= 0 ? last : null);
  }, [last, now]);
  useEffect(() => {
    if (from === null) return;
    const timer = setTimeout(() => setFrom(null), SHOWN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [from]);
  return from;
}

/** Said once for each end that is set, a minute before it, unless it was set for less. */
function useLastMinute(session: Session, until: number | null): void {
  useEffect(() => {
    if (until === null) return;
    const left = until - session.now() - LAST_MINUTE_MS;
    if (left <= 0) return;
    const timer = setTimeout(() => announce(t("one_minute")), left);
    return () => clearTimeout(timer);
  }, [session, until]);
}
