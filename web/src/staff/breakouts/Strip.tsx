/**
 * The rooms while they are open, above the pictures: who is in each, how long, and what a host does with all of them.
 * Owns no state of the rooms: it draws what the server says and asks.
 */
import { useEffect, useRef } from "preact/hooks";
import { useCountdown } from "../../call/breakout/ticking.ts";
import type { Answer, Session } from "../../core/session.ts";
import { announce, Button, Icon, Notice } from "../../ui/index.ts";
import type { Participant, RoomView } from "../../wire.ts";
import { chime } from "../room/chime.ts";
import { called } from "./Plan.tsx";
import "./breakouts.css";
import { t } from "./words/index.ts";

export interface StripProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: (asked: Promise<Answer>) => void;
  readonly onMove: () => void;
}

const MORE = 2;

export default function Strip({ session, room, act, onMove }: StripProps) {
  const { breakouts, announcer, you } = room;
  const time = useCountdown(session, breakouts?.until ?? null);
  useWants(room);
  if (breakouts === null) return null;
  const speaks = announcer?.member === you.member;
  const speak = () => {
    if (!speaks) void session.want({ microphone: true });
    act(session.command("announce", { on: !speaks }));
  };
  return (
    <section class="breakouts" aria-label={t("strip")} data-testid="breakouts">
      <div class="breakouts-bar">
        <strong>
          <Icon name="door" /> {t("rooms", { n: breakouts.rooms })}
        </strong>
        <span class="breakouts-time" data-testid="breakouts-time">
          {time === "" ? t("no_limit") : t("left", { time })}
        </span>
        <span class="breakouts-acts">
          <Button icon="sound" look={speaks ? "primary" : "quiet"} aria-pressed={speaks} onClick={speak} data-testid="announce">
            {t(speaks ? "speak_on" : "speak")}
          </Button>
          <Button onClick={() => act(session.command("more_time", { minutes: MORE }))} title={t("more_why", { n: MORE })} data-testid="more-time">
            {t("more", { n: MORE })}
          </Button>
          <Button icon="people" onClick={onMove} data-testid="breakouts-move">
            {t("move")}
          </Button>
          <Button look="primary" onClick={() => act(session.command("recall", {}))} data-testid="recall">
            {t("recall")}
          </Button>
        </span>
      </div>
      {announcer !== null && !speaks && <Notice tone="plain" icon="sound">{t("speak_other", { name: announcer.alias })}</Notice>}
      <ul class="breakouts-rooms">
        {Array.from({ length: breakouts.rooms + 1 }, (_, at) => (
          <One
            key={at}
            at={at}
            people={room.members.filter((one) => one.breakout === at)}
            here={you.breakout === at}
            needed={room.alerts.some((alert) => room.members.some((one) => one.member === alert.member && one.breakout === at))}
            onLook={() => act(session.command("place", { placed: [{ member: you.member, room: at }] }))}
          />
        ))}
      </ul>
    </section>
  );
}

interface OneProps {
  readonly at: number;
  readonly people: readonly Participant[];
  readonly here: boolean;
  /** Somebody there has called for help, or is missed. */
  readonly needed: boolean;
  readonly onLook: () => void;
}

function One({ at, people, here, needed, onLook }: OneProps) {
  const asks = people.some((one) => one.wants_host !== null);
  const wants = asks || needed;
  return (
    <li data-here={here || undefined} data-wants={wants || undefined} data-testid={`breakout-${at}`}>
      <div class="breakouts-head">
        <strong>{called(at)}</strong>
        {here ? (
          <span class="small soft">{t("here")}</span>
        ) : (
          <Button look={wants ? "primary" : "plain"} onClick={onLook} data-testid={`look-${at}`}>
            <span aria-hidden="true">{t(at === 0 ? "go_main" : "look_in")}</span>
            <span class="unseen">{t(at === 0 ? "go_main_to" : "look_in_to", { room: at })}</span>
          </Button>
        )}
      </div>
      {wants && (
        <p class="breakouts-wants">
          <Icon name={needed ? "warn" : "hand"} /> {t(needed ? "needed" : "wants")}
        </p>
      )}
      <p class="small soft">{people.length === 0 ? t("empty") : people.map((one) => one.alias).join(", ")}</p>
    </li>
  );
}

/** A room that asks for a host is heard once, by chime and by screen reader, whoever of it asks. */
function useWants(room: RoomView): void {
  const known = useRef<ReadonlySet<number>>(new Set());
  const asking = new Set(room.members.filter((one) => one.wants_host !== null).map((one) => one.breakout ?? 0));
  const key = [...asking].sort().join();
  useEffect(() => {
    const fresh = [...asking].filter((one) => !known.current.has(one));
    known.current = asking;
    if (fresh.length === 0) return;
    void chime();
    for (const one of fresh) announce(t(one === 0 ? "say_wants_main" : "say_wants", { room: one }));
  }, [key]);
}
