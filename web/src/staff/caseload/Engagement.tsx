/** One client's staying, as a tab of their page: hours, attendance, retention, outreach, certifications, courts' counters. */
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { Button, Field, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { asHours, dayAndMonth, known as staffWord, moment, sentence, shortDay, t as staff } from "../words/index.ts";
import { engagement, HOW, OUTCOMES, reachedOut, record, withdraw } from "./door.ts";
import type { Attempt, Court, Engagement as Found, Kind, StayFigure, Week } from "./door.ts";
import { Figure } from "./Figure.tsx";
import { forecast, hoursWords, Ring } from "./Hours.tsx";
import { Behind } from "./index.tsx";
import { attemptWords, ReachOut } from "./ReachOut.tsx";
import { Strip } from "./Strip.tsx";
import { known, load, t } from "./words/index.ts";
import "./caseload.css";

await load();

const NOW_AND_THEN = 60;
const STRIP = 24;

export default function Engagement({ client }: { client: string }) {
  const loaded = useLoad(`engagement ${client}`, () => engagement(client), NOW_AND_THEN);
  const found = loaded.value;
  return (
    <div class="staying" data-testid="engagement">
      <Failed loaded={loaded} />
      {found === null ? loaded.code === null && <p class="soft">{staff("loading")}</p> : <Shown found={found} again={loaded.again} />}
    </div>
  );
}

interface Part {
  readonly found: Found;
  readonly again: () => void;
}

function Shown({ found, again }: Part) {
  return (
    <>
      <Behind complete={found.complete} />
      <div class="cards">
        <ThisWeek found={found} />
        <Attendance found={found} />
        <Outreach found={found} again={again} />
        {found.stays.map((stay) => (
          <Stay key={stay.admitted} stay={stay} found={found} />
        ))}
        <Certifications found={found} again={again} />
        <Orders found={found} again={again} />
        <Courts found={found} again={again} />
      </div>
    </>
  );
}

function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card stack" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function ThisWeek({ found }: { found: Found }) {
  const week = found.weeks.at(-1);
  if (week === undefined) return null;
  return (
    <Card title={t("hours.title")}>
      <div class="hours">
        <Ring week={week} />
        <div>
          <Figure ids={week.counted} sessions={found.sessions} title={t("why.week")}>
            {hoursWords(week)}
          </Figure>
          <p class="small soft">{staff("level.words", { code: week.code, time: asHours(week.needed) })}</p>
        </div>
      </div>
      <p>{forecast(week, found.today)}</p>
      {week.kinds.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("hours.kind")}</th>
              <th scope="col">{t("hours.attended")}</th>
              <th scope="col">{t("hours.to_come")}</th>
              <th scope="col">{t("hours.ordered")}</th>
            </tr>
          </thead>
          <tbody>
            {week.kinds.map((one) => (
              <tr key={one.kind}>
                <th scope="row">
                  {staffWord("kind", one.kind, "kind.unknown")}
                  {!one.counts && <span class="soft small"> ({t("hours.does_not_count")})</span>}
                </th>
                <td>
                  <Figure ids={one.sessions} sessions={found.sessions} title={staffWord("kind", one.kind, "kind.unknown")}>
                    {asHours(one.minutes)}
                  </Figure>
                </td>
                <td>{asHours(one.minutes_to_come)}</td>
                <td>{one.ordered === null ? "–" : asHours(one.ordered)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <details>
        <summary>{t("hours.weeks", { n: found.weeks.length })}</summary>
        <table>
          <tbody>
            {[...found.weeks].reverse().map((one) => (
              <WeekRow key={one.first} week={one} found={found} />
            ))}
          </tbody>
        </table>
      </details>
    </Card>
  );
}

function WeekRow({ week, found }: { week: Week; found: Found }) {
  return (
    <tr>
      <th scope="row">{dayAndMonth(week.first)}</th>
      <td>
        <Figure ids={week.counted} sessions={found.sessions} title={staff("hours.week_of", { day: shortDay(week.first) })} tone={week.outlook === "short" ? "warn" : undefined}>
          {hoursWords(week)}
        </Figure>
      </td>
    </tr>
  );
}

function Attendance({ found }: { found: Found }) {
  const order = Object.entries(found.sessions)
    .filter(([, one]) => one.status !== "coming")
    .sort(([, a], [, b]) => a.starts - b.starts)
    .map(([id]) => id);
  const { share, days, came, missed } = found.rate;
  return (
    <Card title={t("attendance.title")}>
      <Strip ids={order.slice(-STRIP)} sessions={found.sessions} />
      <div class="row">
        <Figure ids={[...came, ...missed]} sessions={found.sessions} title={t("why.rate", { n: days })}>
          {share === null ? t("rate.none") : t("rate", { share: Math.round(share * 100), n: days })}
        </Figure>
        <Figure ids={found.misses} sessions={found.sessions} title={t("sign.misses_alarm")} tone={found.misses.length > 1 ? "bad" : undefined}>
          {found.misses.length === 0 ? t("misses.none") : t("misses", { n: found.misses.length })}
        </Figure>
      </div>
    </Card>
  );
}

function Stay({ stay, found }: { stay: StayFigure; found: Found }) {
  const span = stay.discharged === null ? t("stay.since", { day: shortDay(stay.admitted) }) : t("stay.span", { from: shortDay(stay.admitted), to: shortDay(stay.discharged) });
  const first = stay.first_session === null ? [] : [stay.first_session];
  const answer = (word: string) => known("initiation", word, "initiation.unknown");
  return (
    <Card title={t("retention.title")}>
      <p class="soft small">{[stay.track_title, span].filter(Boolean).join(" · ")}</p>
      <Figure ids={first} sessions={found.sessions} title={t("first.title")}>
        {stay.days_to_first === null ? t("first.none", { n: stay.waiting_days }) : t("first.after", { n: stay.days_to_first })}
      </Figure>
      <table>
        <tbody>
          {stay.retention.map((one) => (
            <tr key={one.day}>
              <th scope="row">
                {t("retention", { n: one.day })} <span class="soft small">{shortDay(one.on)}</span>
              </th>
              <td>
                <Figure ids={one.sessions} sessions={found.sessions} title={t("retention", { n: one.day })} tone={one.kept === "lost" ? "warn" : undefined}>
                  {known("kept", one.kept, "kept.unknown")}
                </Figure>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="stack tight small">
        <Figure ids={stay.initiation.sessions} sessions={found.sessions} title={t("initiation")}>
          {t("initiation.initiated", { answer: answer(stay.initiation.initiated) })}
        </Figure>
        <span>{t("initiation.engaged", { answer: answer(stay.initiation.engaged) })}</span>
        <span class="soft">{stay.initiation.rule}</span>
      </div>
    </Card>
  );
}

function Outreach({ found, again }: Part) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Card title={t("attempts.title")}>
      {found.owed.length > 0 && (
        <ul class="plain-list stack tight" aria-label={t("owed.title")}>
          {found.owed.map((one) => (
            <li key={`${one.what} ${one.session}`}>
              <Figure ids={[one.session]} sessions={found.sessions} title={t("owed.title")} tone={one.overdue ? "bad" : "warn"}>
                {t(one.overdue ? "owed.overdue" : "owed.by", { what: known("step", one.what, "step.unknown"), when: moment(one.due, zone) })}
              </Figure>
            </li>
          ))}
        </ul>
      )}
      {found.may_reach_out && (
        <>
          <ReachOut client={found.client} name="" changed={again} />
          <Attempted client={found.client} again={again} />
        </>
      )}
      {found.outreach.length === 0 && <p class="soft">{t("attempts.none")}</p>}
      <ul class="entries">
        {found.outreach.map((one) => (
          <li key={one.id}>
            <span class={one.withdrawn === null ? "" : "gone"}>{attemptWords(one.how, one.outcome)}</span>
            <p class="soft small">
              {t("attempts.by", { when: moment(one.at, zone), name: one.by })}
              {one.withdrawn !== null && ` · ${t("attempts.withdrawn")}`}
            </p>
            {one.note !== "" && <p class={one.withdrawn === null ? "small" : "small gone"}>{one.note}</p>}
            {one.withdrawn === null && one.mine && <TakeBack client={found.client} kind="outreach" entry={one.id} again={again} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Attempted({ client, again }: { client: string; again: () => void }) {
  const [how, setHow] = useState<Attempt["how"]>("call");
  const [outcome, setOutcome] = useState<Attempt["outcome"]>("reached");
  const [note, setNote] = useState("");
  return (
    <Form
      title={t("reach.title")}
      send={async () => {
        await reachedOut(client, { how, outcome, note });
        setNote("");
        again();
      }}
    >
      <Field kind="select" label={t("reach.how")} value={how} onChange={(event) => setHow(HOW.find((one) => one === event.currentTarget.value) ?? "call")}>
        {HOW.map((one) => (
          <option key={one} value={one}>
            {known("how", one, "how.unknown")}
          </option>
        ))}
      </Field>
      <Field kind="select" label={t("reach.outcome")} value={outcome} onChange={(event) => setOutcome(OUTCOMES.find((one) => one === event.currentTarget.value) ?? "reached")}>
        {OUTCOMES.map((one) => (
          <option key={one} value={one}>
            {known("outcome", one, "outcome.unknown")}
          </option>
        ))}
      </Field>
      <Field kind="area" label={t("reach.note")} maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
    </Form>
  );
}

/** Something to be recorded, behind a summary until it is wanted. */
function Form({ title, send, children }: { title: string; send: () => Promise<void>; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await send();
      setCode(null);
      setOpen(false);
    } catch (error) {
      setCode(codeOf(error));
    }
    setBusy(false);
  };
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        {children}
        {code !== null && (
          <Notice tone="warn" role="status">
            <p>{sentence(code)}</p>
          </Notice>
        )}
        <Button type="submit" look="primary" busy={busy}>
          {t("record")}
        </Button>
      </form>
    </details>
  );
}

function TakeBack({ client, kind, entry, again }: { client: string; kind: Kind; entry: string; again: () => void }) {
  const [code, setCode] = useState<string | null>(null);
  const act = () => void withdraw(client, kind, entry).then(again, (error: unknown) => setCode(codeOf(error)));
  return (
    <>
      <Button look="plain" onClick={act}>
        {t("withdraw")}
      </Button>
      {code !== null && <span role="status">{sentence(code)}</span>}
    </>
  );
}

function Certifications({ found, again }: Part) {
  const [on, setOn] = useState(found.today);
  const [certifier, setCertifier] = useState("");
  const { due, state } = found.certification;
  return (
    <Card title={t("certified.title")}>
      {due !== null ? <p class={state === "overdue" ? "bad" : undefined}>{t(state === "overdue" ? "certified.overdue" : "certified.due", { day: shortDay(due) })}</p> : <p class="soft">{t("certified.none")}</p>}
      <ul class="entries">
        {found.certifications.map((one) => (
          <li key={one.id}>
            <span class={one.withdrawn === null ? "" : "gone"}>
              {shortDay(one.on)} {one.certifier !== "" && t("certified.by", { name: one.certifier })}
            </span>
            <p class="soft small">{one.by}</p>
            {one.withdrawn === null && found.may_certify && <TakeBack client={found.client} kind="certifications" entry={one.id} again={again} />}
          </li>
        ))}
      </ul>
      {found.may_certify && (
        <Form
          title={t("certified.add")}
          send={async () => {
            await record(found.client, "certifications", { on, certifier });
            again();
          }}
        >
          <Field label={t("certified.on")} type="date" max={found.today} required value={on} onChange={(event) => setOn(event.currentTarget.value)} />
          <Field label={t("certified.certifier")} maxLength={120} value={certifier} onInput={(event) => setCertifier(event.currentTarget.value)} />
        </Form>
      )}
    </Card>
  );
}

function Orders({ found, again }: Part) {
  const [from, setFrom] = useState(found.today);
  const [hours, setHours] = useState<Readonly<Record<string, string>>>({});
  const minutes = () => Object.fromEntries(Object.entries(hours).flatMap(([kind, text]) => (Number(text) > 0 ? [[kind, Math.round(Number(text) * 60)]] : [])));
  return (
    <Card title={t("order.title")}>
      {found.orders.length === 0 && <p class="soft">{t("order.none")}</p>}
      <ul class="entries">
        {found.orders.map((one) => (
          <li key={one.id}>
            <span class={one.withdrawn === null ? "" : "gone"}>
              {Object.entries(one.minutes)
                .map(([kind, each]) => `${staffWord("kind", kind, "kind.unknown")} ${asHours(each)}`)
                .join(", ")}
            </span>
            <p class="soft small">
              {t("order.since", { day: shortDay(one.effective_from) })} · {one.by}
            </p>
            {one.withdrawn === null && found.may_certify && <TakeBack client={found.client} kind="orders" entry={one.id} again={again} />}
          </li>
        ))}
      </ul>
      {found.may_certify && (
        <Form
          title={t("order.add")}
          send={async () => {
            await record(found.client, "orders", { minutes: minutes(), effective_from: from });
            again();
          }}
        >
          <Field label={t("order.from")} type="date" required value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
          {found.kinds.map((kind) => (
            <Field
              key={kind}
              label={t("order.hours", { kind: staffWord("kind", kind, "kind.unknown") })}
              type="number"
              min={0}
              max={100}
              step={0.25}
              value={hours[kind] ?? ""}
              onInput={(event) => setHours({ ...hours, [kind]: event.currentTarget.value })}
            />
          ))}
        </Form>
      )}
    </Card>
  );
}

function Courts({ found, again }: Part) {
  const [first, setFirst] = useState(found.today);
  const [rule, setRule] = useState(found.court_rules[0] ?? "");
  if (found.courts.length === 0 && (!found.may_certify || found.court_rules.length === 0)) return null;
  return (
    <Card title={t("court.title")}>
      {found.courts.map((one) => (
        <CourtFigure key={one.id} court={one} found={found} again={again} />
      ))}
      {found.may_certify && (
        <Form
          title={t("court.add")}
          send={async () => {
            await record(found.client, "courts", { rule, first });
            again();
          }}
        >
          <Field kind="select" label={t("court.rule")} value={rule} onChange={(event) => setRule(event.currentTarget.value)}>
            {found.court_rules.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </Field>
          <Field label={t("court.first")} type="date" required value={first} onChange={(event) => setFirst(event.currentTarget.value)} />
        </Form>
      )}
    </Card>
  );
}

function CourtFigure({ court, found, again }: Part & { court: Court }) {
  if (court.withdrawn !== null) {
    return (
      <p class="gone small">
        {court.rule}, {t("stay.span", { from: shortDay(court.first), to: shortDay(court.last) })}
      </p>
    );
  }
  return (
    <div class="stack tight">
      <p class="small soft">
        {court.rule} · {court.source} · {t("stay.span", { from: shortDay(court.first), to: shortDay(court.last) })}
      </p>
      <Figure ids={court.sessions} sessions={found.sessions} title={t("court.title")}>
        {t("court.of", { done: asHours(court.minutes), needed: asHours(court.needed) })}: {known("standing", court.standing, "standing.unknown")}
      </Figure>
      {court.a_week > 0 && <p class="small">{t("court.a_week", { time: asHours(court.a_week) })}</p>}
      <p class="small">{t("court.scheduled", { time: asHours(court.minutes_scheduled), day: shortDay(court.last) })}</p>
      {court.weeks.length > 0 && (
        <table>
          <caption class="small">{t("court.weeks")}</caption>
          <tbody>
            {court.weeks.map((week) => (
              <tr key={week.first}>
                <th scope="row">{dayAndMonth(week.first)}</th>
                <td>
                  <Figure ids={week.sessions} sessions={found.sessions} title={t("court.weeks")} tone={week.standing === "short" || week.standing === "out_of_reach" ? "warn" : undefined}>
                    {t("court.days", { n: week.days, needed: week.needed })}: {known("standing", week.standing, "standing.unknown")}
                  </Figure>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {court.unverified !== "" && <p class="soft small">{t("court.unverified", { what: court.unverified })}</p>}
      {found.may_certify && <TakeBack client={found.client} kind="courts" entry={court.id} again={again} />}
    </div>
  );
}
