/** Under a host's buttons: raised hands in their order, answers to "still with us?", and who leads. Empty most of the time. */
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Session } from "../../../core/session.ts";
import { when } from "../../../text/catalogue.ts";
import { announce, Button, Icon, IconButton, Notice } from "../../../ui/index.ts";
import type { RoomView } from "../../../wire.ts";
import type { Act } from "../actions.ts";
import { leading, queue } from "./queue.ts";
import { t } from "./words/index.ts";
import "./order.css";

export interface KeepingProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: Act;
}

export function Keeping(props: KeepingProps) {
  const may = props.room.you.may;
  return (
    <div class="keepings">
      {may.includes("lead") && <Lead {...props} />}
      <Moments {...props} />
      {may.includes("call_on") && <Hands {...props} />}
      <Still {...props} />
    </div>
  );
}

function Lead({ session, room, act }: KeepingProps) {
  const { member } = room.you;
  const now = room.members.find((one) => one.member === room.lead);
  if (leading(room).length > 0 && now === undefined) return null;
  const mine = now?.you === true;
  const take = now === undefined || (!mine && room.you.role === "facilitator");
  return (
    <div class="keeping">
      <Notice
        tone={now === undefined ? "warn" : "plain"}
        role="status"
        data-testid="lead"
        action={
          take && (
            <Button onClick={() => act(session.command("lead", { member }))} title={t("take_why")} data-testid="take-lead">
              {t(now === undefined ? "take" : "take_back")}
            </Button>
          )
        }
      >
        {now === undefined ? t("nobody_leads") : mine ? t("leading") : t("lead_now", { name: now.alias })}
      </Notice>
    </div>
  );
}

/** Who has stepped away by themself. Only staff are told; a word by the clinic's telephone, or none, is theirs to choose. */
function Moments({ room }: KeepingProps) {
  const away = room.members.filter((one) => one.moment !== null);
  const names = away.map((one) => one.alias).join(", ");
  const before = useRef("");
  useEffect(() => {
    if (names !== "" && names !== before.current) announce(t("moment_said", { names }));
    before.current = names;
  }, [names]);
  if (away.length === 0) return null;
  return (
    <div class="keeping" data-testid="moments">
      {away.map((one) => (
        <p key={one.member} class="row small">
          <Icon name="moment" />
          <span>{t("moment", { name: one.alias, time: time(one.moment ?? 0) })}</span>
        </p>
      ))}
    </div>
  );
}

export function callOn(session: Session, room: RoomView, act: Act): void {
  const [first] = queue(room);
  if (first === undefined) return;
  act(session.command("ask_unmute", { member: first.member, on: true }));
  announce(t("said_hand", { name: first.alias }));
}

function Hands({ session, room, act }: KeepingProps) {
  const hands = queue(room);
  const [first] = hands;
  if (first === undefined) return null;
  return (
    <section class="keeping" aria-labelledby="hands-title" data-testid="hands">
      <div class="row spread">
        <h2 id="hands-title" class="row">
          <Icon name="hand" />
          {t("hands")}
        </h2>
        <Button icon="next" title={t("next_why", { name: first.alias })} onClick={() => callOn(session, room, act)} aria-keyshortcuts="Alt+Shift+N" data-testid="hand-next">
          {t("next")}
        </Button>
      </div>
      <ol class="hands small">
        {hands.map((one) => (
          <li key={one.member}>{one.alias}</li>
        ))}
      </ol>
    </section>
  );
}

function Still({ session, room, act }: KeepingProps) {
  const seen = useComputed(() => {
    const told = session.state.value.tools["presence"]?.seen;
    return told?.tool === "presence" ? told.asked : [];
  }).value;
  const rows = seen.flatMap((row) => {
    const one = room.members.find((other) => other.member === row.member);
    return one ? [{ ...row, alias: one.alias }] : [];
  });
  if (rows.length === 0) return null;
  const part = (answered: boolean) => rows.filter((row) => (row.answered !== null) === answered);
  return (
    <section class="keeping" aria-labelledby="still-title" data-testid="still-answers">
      <div class="row spread">
        <h2 id="still-title" title={t("still_why")}>
          {t("still_title")}
        </h2>
        <IconButton icon="close" label={t("clear")} onClick={() => act(session.use({ do: "presence.clear" }))} data-testid="still-clear" />
      </div>
      {[false, true].map(
        (answered) =>
          part(answered).length > 0 && (
            <dl key={String(answered)} class="small">
              <dt>
                <Icon name={answered ? "check" : "clock"} />
                {t(answered ? "still_answered" : "still_asked")}
              </dt>
              {part(answered).map((row) => (
                <dd key={row.member} data-testid={`still-${row.member}`} data-answered={answered || undefined}>
                  {row.alias} <span class="soft">{time(row.answered ?? row.asked)}</span>
                </dd>
              ))}
            </dl>
          ),
      )}
    </section>
  );
}

function time(at: number): string {
  return when(at, { hour: "numeric", minute: "2-digit" });
}
