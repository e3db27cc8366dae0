/** Under a host's buttons: raised hands in their order, answers to "still with us?", and who leads. Empty most of the time. */
import { useComputed } from "@preact/signals";
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
    <>
      {may.includes("lead") && <Lead {...props} />}
      {may.includes("call_on") && <Hands {...props} />}
      <Still {...props} />
    </>
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
      <h2 id="hands-title" class="row">
        <Icon name="hand" />
        {t("hands")}
        <span class="badge">{hands.length}</span>
      </h2>
      <ol class="hands">
        {hands.map((one) => (
          <li key={one.member}>
            <span class="clamp">{one.alias}</span>
            <IconButton
              icon="close"
              label={t("lower", { name: one.alias })}
              onClick={() => act(session.command("lower_hands", { member: one.member }))}
              data-testid={`lower-${one.member}`}
            />
          </li>
        ))}
      </ol>
      <Button icon="next" title={t("next_why", { name: first.alias })} onClick={() => callOn(session, room, act)} data-testid="hand-next">
        {t("next", { name: first.alias })}
      </Button>
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
  return (
    <section class="keeping" aria-labelledby="still-title" data-testid="still-answers">
      <h2 id="still-title">{t("still_title")}</h2>
      <p class="soft small">{t("still_why")}</p>
      <ul class="hands">
        {rows.map((row) => (
          <li key={row.member} data-testid={`still-${row.member}`} data-answered={row.answered !== null || undefined}>
            <span class="clamp">{row.alias}</span>
            <span class="small soft">
              {row.answered !== null && <Icon name="check" />}
              {row.answered !== null ? t("still_answered", { time: time(row.answered) }) : t("still_asked", { time: time(row.asked) })}
            </span>
          </li>
        ))}
      </ul>
      <Button look="plain" onClick={() => act(session.use({ do: "presence.clear" }))} data-testid="still-clear">
        {t("clear")}
      </Button>
    </section>
  );
}

function time(at: number): string {
  return when(at, { hour: "numeric", minute: "2-digit" });
}
