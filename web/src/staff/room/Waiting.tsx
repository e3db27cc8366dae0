/** Who waits: alias and legal name, let in one or all. A new arrival rings softly and is read out. */
import { useEffect, useRef, useState } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import { announce, Button, Icon, IconButton } from "../../ui/index.ts";
import type { AtTheDoor } from "../../wire.ts";
import { duration } from "../days.ts";
import { t } from "../words/index.ts";
import { t as word } from "./words/index.ts";
import type { Whose } from "./actions.ts";
import { chime, chimes, setChimes } from "./chime.ts";
import { newlyWaiting } from "./people.ts";
import { t as order } from "./order/words/index.ts";
import type { Whom } from "./Remove.tsx";
import { admitAllTheSame, WithoutConsent } from "./WithoutConsent.tsx";
import { second } from "./second.ts";

export interface WaitingProps {
  readonly session: Session;
  readonly waiting: readonly AtTheDoor[];
  readonly mayAdmit: boolean;
  readonly mayRemove: boolean;
  /** The hosts who may look at somebody before they let them in, by number; null for whoever may not. */
  readonly lookers: ReadonlyMap<number, string> | null;
  readonly me: number;
  /** How many of their messages nobody here has looked at. */
  readonly unread: (member: number) => number;
  /** Null for whoever does not write to those who wait. */
  readonly onWrite: ((member: number) => void) | null;
  readonly act: (asked: Promise<Answer>) => void;
  readonly onRemove: (whom: Whom) => void;
  readonly onSafety: (whose: Whose) => void;
}

export function Waiting({ session, waiting, mayAdmit, mayRemove, lookers, me, unread, onWrite, act, onRemove, onSafety }: WaitingProps) {
  const before = useRef<readonly AtTheDoor[]>([]);
  useEffect(() => {
    const arrived = newlyWaiting(before.current, waiting).filter((one) => !waiting.some((other) => other.member === one.member && other.held_back));
    before.current = waiting;
    if (arrived.length === 0) return;
    announce(arrived.map((one) => t("room.waits_said", { name: one.alias })).join(" "));
    void chime();
  }, [waiting]);

  const [held, setHeld] = useState<AtTheDoor | null>(null);
  const ready = waiting.filter((one) => !one.reconnecting && !one.held_back);
  return (
    <section class="rail-part" aria-labelledby="waiting-title" data-some={waiting.length > 0 || undefined}>
      <div class="row spread">
        <h2 id="waiting-title" class="row">
          {t("room.waiting_title")}
          {waiting.length > 0 ? <span class="badge">{waiting.length}</span> : <span class="soft small">{t("room.nobody_waits")}</span>}
        </h2>
        <IconButton
          icon="sound"
          label={t("room.chime")}
          pressed={chimes.value}
          tone={chimes.value ? "on" : "off"}
          onClick={() => setChimes(!chimes.peek())}
        />
      </div>
      {mayAdmit && ready.length > 0 && (
        <Button
          icon="door"
          onClick={() => act(session.command("admit", {}))}
          data-testid="admit-all"
        >
          {t("room.admit_all", { n: ready.length })}
          {ready.length > 1 && <span class="small names-of">{ready.map((one) => one.alias).join(", ")}</span>}
        </Button>
      )}
      {waiting.length > 0 && (
        <ul class="door">
          {waiting.map((one) => (
            <li key={one.member} data-risk={one.risk === "none" ? undefined : one.risk} data-testid={`waiting-${one.member}`}>
              <span class="who">
                <strong class="alias" dir="auto">{one.alias}</strong>
                <span class="soft small legal alias" title={one.legal_name}>
                  {one.legal_name}
                </span>
                <span class="soft small">{one.reconnecting ? t("room.connection_lost") : <Since at={one.since} />}</span>
                {one.risk !== "none" && (
                  <span class="small state" data-testid={`risk-of-${one.member}`}>
                    {t(`room.risk_${one.risk}`)}
                  </span>
                )}
                {one.held_back && <span class="small">{order("sent_out")}</span>}
                {one.consent !== "" && (
                  <span class="small consent" data-testid={`consent-${one.member}`}>
                    <Icon name="warn" />
                    {t(one.consent === "waived" ? "room.consent_waived" : "room.consent_missing")}
                  </span>
                )}
              </span>
              {onWrite !== null && (
                <IconButton
                  icon="chat"
                  label={word("write_name", { name: one.alias })}
                  badge={unread(one.member)}
                  onClick={() => onWrite(one.member)}
                  data-testid={`write-${one.member}`}
                />
              )}
              {mayAdmit && (
                <Button
                  look="primary"
                  onClick={() => (one.consent === "missing" ? setHeld(one) : act(session.command("admit", { members: [one.member] })))}
                  disabled={one.reconnecting}
                  data-testid={`admit-${one.member}`}
                >
                  {t("room.admit")}
                  <span class="unseen">: {one.alias}</span>
                </Button>
              )}
              <span class="row at-door">
                {lookers !== null && <LookFirst one={one} me={me} lookers={lookers} look={(on) => act(session.command("look_in", { member: one.member, on }))} />}
                {one.person !== "" && (one.role === "client" || one.role === "collateral") && (
                  <IconButton
                    icon="phone"
                    label={t("room.safety", { name: one.alias })}
                    onClick={() => onSafety(one)}
                    data-testid={`safety-${one.member}`}
                  />
                )}
                {mayRemove && (
                  <IconButton
                    icon="remove"
                    label={t("room.remove_name", { name: one.alias })}
                    onClick={() => onRemove(one)}
                    data-testid={`turn-away-${one.member}`}
                  />
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {held !== null && (
        <WithoutConsent
          whom={held}
          onClose={() => setHeld(null)}
          onAdmit={(reason) => {
            setHeld(null);
            act(admitAllTheSame(session, held.member, reason));
          }}
          onTry={() => {
            setHeld(null);
            act(session.command("admit", { members: [held.member] }));
          }}
        />
      )}
    </section>
  );
}

interface LookFirstProps {
  readonly one: AtTheDoor;
  readonly me: number;
  readonly lookers: ReadonlyMap<number, string>;
  readonly look: (on: boolean) => void;
}

/** They are told who looks in before anything of them is seen; what is switched off says so here. */
function LookFirst({ one, me, lookers, look }: LookFirstProps) {
  if (one.looked_at_by === me) {
    return (
      <Button onClick={() => look(false)} data-testid={`look-stop-${one.member}`}>
        {word("look_stop")}
        <span class="unseen">: {one.alias}</span>
      </Button>
    );
  }
  if (one.looked_at_by !== null) {
    return <span class="small soft">{word("look_other", { host: lookers.get(one.looked_at_by) ?? "" })}</span>;
  }
  return (
    <Button icon="eye" disabled={one.reconnecting} onClick={() => look(true)} data-testid={`look-${one.member}`}>
      {word("look_first")}
      <span class="unseen">: {one.alias}</span>
      {!one.camera && <span class="small off">{word(one.microphone ? "look_dark" : "look_silent")}</span>}
    </Button>
  );
}

function Since({ at }: { at: number }) {
  return <>{t("room.waits_for", { time: duration(second.value - at) })}</>;
}
