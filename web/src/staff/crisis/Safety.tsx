/**
 * Everything about one person's safety in one place: how long they are gone, the steps of the plan with the numbers to
 * call, where they are today, and how closely staff look after them. Every press is a command to the room; what is shown
 * comes back from it.
 */
import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Session } from "../../core/session.ts";
import { Button, Check, Dialog, Notice } from "../../ui/index.ts";
import type { Alert, Outcome, Risk, RoomView } from "../../wire.ts";
import { me } from "../api.ts";
import { duration } from "../days.ts";
import { useLoad } from "../load.ts";
import { second } from "../room/second.ts";
import { clock, t as staff } from "../words/index.ts";
import { After } from "./After.tsx";
import type { Form } from "./After.tsx";
import { crisisCards, numbersFor, spoken } from "./door.ts";
import type { CrisisCard, CrisisStep, Numbered, Supervising } from "./door.ts";
import { incidents } from "./incidents.ts";
import type { Incidents } from "./incidents.ts";
import { load, t } from "./words/index.ts";
import "./crisis.css";

await load();

const NOTHING: Incidents = { now: 0, incidents: [], emergencies: [], staff: [], may_note: false };
const RISKS: readonly Risk[] = ["none", "watch", "at_risk"];

export interface SafetyProps {
  readonly id: string;
  readonly session: Session;
  readonly room: RoomView;
  readonly member: number;
  readonly person: string;
  readonly alias: string;
  readonly act: (asked: ReturnType<Session["chat"]>) => void;
  /** Something stands in a note that this page may show. */
  readonly onNoted: () => void;
  readonly onClose: () => void;
}

export default function Safety({ id, session, room, member, person, alias, act, onNoted, onClose }: SafetyProps) {
  const loaded = useLoad(`crisis ${id}`, () => crisisCards(id));
  const mine = room.alerts.filter((one) => one.member === member);
  const help = mine.find((one) => one.why === "help");
  const alarm = mine.find((one) => one.why !== "help");
  const here = [...room.members, ...room.waiting].find((one) => one.member === member);
  const card = loaded.value?.cards.find((one) => one.person === person) ?? null;
  const mayAct = room.you.may.includes("crisis");
  const mayWrite = mayAct && (me.value?.may.includes("emergency") ?? false);
  const written = useLoad(`incidents ${id}`, () => (mayWrite ? incidents(id) : Promise.resolve(NOTHING)));
  const [form, setForm] = useState<Form | null>(null);
  const stands = `${alarm?.at ?? 0} ${alarm?.steps.length ?? 0}`;
  const stood = useRef(stands);
  useEffect(() => {
    if (stood.current !== stands) written.again();
    stood.current = stands;
  }, [stands]);
  const closeAlarm = (raised: number) =>
    act(
      session.command("close_alarm", { member }).then((answer) => {
        if (answer.ok) setForm({ what: "note", raised });
        return answer;
      }),
    );
  // A family member has a card of nobody: there is no note about them, and no disclosure.
  const after = mayWrite && card !== null && (
    <After
      session={id}
      client={person}
      alias={alias}
      all={written.value}
      code={written.code}
      form={form}
      onForm={setForm}
      changed={() => {
        written.again();
        onNoted();
      }}
    />
  );
  if (form !== null) {
    return (
      <Dialog title={t("title", { name: alias })} closeLabel={staff("close")} onClose={onClose} data-testid="safety">
        <div class="stack safety">{after}</div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t("title", { name: alias })} closeLabel={staff("close")} onClose={onClose} data-testid="safety">
      <div class="stack safety">
        {help !== undefined && (
          <Notice
            tone="warn"
            action={
              mayAct && (
                <Button look="primary" onClick={() => act(session.command("answer_help", { member }))} data-testid="safety-answer">
                  {t("answer")}
                </Button>
              )
            }
          >
            {t("help", { name: alias })} <Waited since={help.at} what="help_for" />
          </Notice>
        )}
        {alarm !== undefined && <Alarm alarm={alarm} />}
        {loaded.code !== null && <Notice tone="bad">{t("not_loaded")}</Notice>}
        {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
        {card !== null && <Card card={card} />}
        {loaded.value !== null && alarm !== undefined && (
          <Steps
            steps={loaded.value.steps}
            alarm={alarm}
            card={card}
            supervisors={loaded.value.supervisors}
            mayAct={mayAct}
            onTake={(step, outcome) => act(session.command("step", { member, step, outcome }))}
            onClose={() => closeAlarm(alarm.at)}
          />
        )}
        {after}
        {mayAct && (
          <fieldset class="marks">
            <legend>{t("mark_title")}</legend>
            <p class="soft small">{t("mark_why")}</p>
            <div class="row">
              {RISKS.map((risk) => (
                <Button
                  key={risk}
                  look={here?.risk === risk ? "primary" : "quiet"}
                  aria-pressed={here?.risk === risk}
                  onClick={() => act(session.command("risk", { member, risk }))}
                  data-testid={`risk-${risk}`}
                >
                  {t(`mark.${risk}`)}
                </Button>
              ))}
            </div>
            {here !== undefined && here.risk !== "none" && (
              <Check
                label={t("leave")}
                checked={here.leave_approved ?? false}
                onChange={(on) => act(session.command("approve_leave", { member, on }))}
              />
            )}
          </fieldset>
        )}
      </div>
    </Dialog>
  );
}

function Waited({ since, what }: { since: number; what: "help_for" | "gone_for" }) {
  return <span class="clock">{t(what, { time: duration(second.value - since) })}</span>;
}

function Alarm({ alarm }: { alarm: Alert }) {
  const said = t(`alarm.${alarm.why as "network" | "closed" | "left"}`, { name: alarm.alias });
  return (
    <Notice tone={alarm.contact === null ? "bad" : "plain"}>
      {said}{" "}
      {alarm.contact === null ? (
        <Waited since={alarm.since} what="gone_for" />
      ) : (
        <span class="clock">{t("reached_after", { time: duration(alarm.contact - alarm.since) })}</span>
      )}
    </Notice>
  );
}

function Card({ card }: { card: CrisisCard }) {
  const { today } = card;
  return (
    <dl class="facts" data-testid="crisis-card">
      <dt>{t("legal_name")}</dt>
      <dd>{card.legal_name}</dd>
      <dt>{t("place")}</dt>
      <dd class="place">{today === null ? t("place_unknown") : `${today.location}, ${today.state}`}</dd>
      {today !== null && (
        <>
          <dt>{t("call_back")}</dt>
          <dd>
            <Phone number={today.callback_phone} />
          </dd>
          <dt>{t("contact")}</dt>
          <dd>
            {today.contact_name}, <Phone number={today.contact_phone} />
          </dd>
        </>
      )}
      <dt>{t("phone")}</dt>
      <dd>{card.phone === "" ? t("no_number") : <Phone number={card.phone} />}</dd>
      <dt>{t("local")}</dt>
      <dd>
        {card.contacts.every((one) => one.local_emergency === "")
          ? t("no_number")
          : card.contacts.map((one) => one.local_emergency !== "" && <Phone key={one.place} number={one.local_emergency} after={one.place} />)}
      </dd>
      {card.contacts.map((one) => (
        <Fragment key={one.place}>
          <dt>{t("on_file", { place: one.place })}</dt>
          <dd>
            {[one.name, one.relation, one.address].filter(Boolean).join(", ")} <Phone number={one.phone} />
          </dd>
        </Fragment>
      ))}
      {today !== null && (
        <>
          <dt>{t("privacy")}</dt>
          <dd>{t(today.alone ? "alone_yes" : "alone_no")}</dd>
          <dt>{t("agreed")}</dt>
          <dd>{t("agreement", { version: today.agreement })}</dd>
        </>
      )}
    </dl>
  );
}

function Phone({ number, after = "" }: { number: string; after?: string }) {
  return (
    <span class="phone">
      <a href={`tel:${number.replaceAll(/[^0-9+*#]/g, "")}`}>{number}</a>
      {after !== "" && ` (${after})`}{" "}
    </span>
  );
}

function Numbers({ step, numbers }: { step: CrisisStep; numbers: readonly Numbered[] }) {
  if (numbers.length === 0 && step.whom === "supervisor") return <p class="soft small">{t("no_supervisor")}</p>;
  return (
    <p class="numbers">
      {numbers.map(({ number, of }) => (
        <Phone key={number} number={number} after={of === "" && step.whom === "supervisor" ? t("on_call") : of} />
      ))}
    </p>
  );
}

interface StepsProps {
  readonly steps: readonly CrisisStep[];
  readonly alarm: Alert;
  readonly card: CrisisCard | null;
  readonly supervisors: readonly Supervising[];
  readonly mayAct: boolean;
  readonly onTake: (step: string, outcome: Outcome) => void;
  readonly onClose: () => void;
}

function Steps({ steps, alarm, card, supervisors, mayAct, onTake, onClose }: StepsProps) {
  const waited = second.value - alarm.at;
  const language = spoken();
  return (
    <section class="stack" aria-labelledby="steps-title">
      <h3 id="steps-title">{t("steps")}</h3>
      <ol class="steps">
        {steps.map((step) => {
          const taken = alarm.steps.filter((one) => one.step === step.code);
          const due = alarm.contact === null && step.after <= waited && taken.length === 0;
          const outcomes: Outcome[] = step.contact ? ["reached", "no_answer", "skipped"] : ["done", "skipped"];
          return (
            <li key={step.code} data-due={due || undefined} data-testid={`step-${step.code}`}>
              <p>
                <strong>{step.text[language]}</strong>{" "}
                {taken.length === 0 && alarm.contact === null && (
                  <span class="chip" data-due={due || undefined}>
                    {due ? t("due") : t("due_in", { time: duration(step.after - waited) })}
                  </span>
                )}
              </p>
              <Numbers step={step} numbers={numbersFor(step, card, supervisors)} />
              {taken.map((one) => (
                <p key={one.at} class="soft small">
                  {t("taken", { outcome: t(`step.${one.outcome}`), time: clock(one.at), name: one.by })}
                </p>
              ))}
              {mayAct && (
                <div class="row">
                  {outcomes.map((outcome) => (
                    <Button key={outcome} onClick={() => onTake(step.code, outcome)} data-testid={`step-${step.code}-${outcome}`}>
                      {t(`step.${outcome}`)}
                    </Button>
                  ))}
                </div>
              )}
            </li>
          );
        })}
      </ol>
      {mayAct && (
        <Button onClick={onClose} data-testid="alarm-close">
          {t("close")}
        </Button>
      )}
    </section>
  );
}
