/** The programme in figures: census, attendance, group sizes against caps, retention. A table each, a plain chart, a file. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { Button, Field, Icon, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { isDay } from "../days.ts";
import { useLoad } from "../load.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { save as saveFile } from "../save.ts";
import { Failed } from "../State.tsx";
import { dayAndMonth, known as staffWord, sentence, shortDay, t as staff } from "../words/index.ts";
import { Bars } from "./Bars.tsx";
import type { Bar } from "./Bars.tsx";
import { ask, BY, file, REPORTS } from "./door.ts";
import type { Answers, Asked, Attendance, Census, Report, Retention, Sizes } from "./door.ts";
import { Evidence } from "./Evidence.tsx";
import { known, load, t } from "./words/index.ts";
import "./reports.css";

await load();

/** What was chosen stays from one report to the next. */
const from = signal("");
const to = signal("");
const by = signal("week");
const caps = signal("");

export default function ReportsPage({ rest: [name = ""] }: PageProps) {
  const report = REPORTS.find((one) => one === name) ?? "census";
  return (
    <div class="stack reports">
      <div class="day-head">
        <h1 tabIndex={-1}>{t("title")}</h1>
        <nav class="segments" aria-label={t("title")}>
          {REPORTS.map((one) => (
            <a key={one} class="button" data-look={one === report ? "primary" : "quiet"} aria-current={one === report ? "page" : undefined} href={linkTo("reports", one)}>
              {t(`report.${one}`)}
            </a>
          ))}
        </nav>
      </div>
      <One key={report} report={report} />
    </div>
  );
}

function One({ report }: { report: Report }) {
  const asked: Asked = {
    from: from.value,
    to: to.value,
    ...(report === "attendance" && { by: by.value }),
    ...(report === "sizes" && { caps: caps.value }),
  };
  const loaded = useLoad(JSON.stringify([report, asked]), () => ask(report, asked));
  const found = loaded.value;
  return (
    <>
      <div class="row choice">
        <Field label={t("from")} type="date" value={from.value || (found?.first ?? "")} onChange={(event) => choose(from, event.currentTarget.value)} />
        <Field label={t("to")} type="date" value={to.value || (found?.last ?? "")} onChange={(event) => choose(to, event.currentTarget.value)} />
        {report === "attendance" && (
          <Field kind="select" label={t("by")} value={by.value} onChange={(event) => (by.value = event.currentTarget.value)} data-testid="report-by">
            {BY.map((one) => (
              <option key={one} value={one}>
                {t(`by.${one}`)}
              </option>
            ))}
          </Field>
        )}
        {report === "sizes" && found !== null && "known_caps" in found && (
          <Field kind="select" label={t("caps")} value={found.caps} onChange={(event) => (caps.value = event.currentTarget.value)}>
            <option value="">{t("caps.none")}</option>
            {found.known_caps.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </Field>
        )}
        <Save report={report} asked={asked} />
      </div>
      <Failed loaded={loaded} />
      {found === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {found !== null && "complete" in found && !found.complete && (
        <Notice tone="plain" role="status">
          <p>{t("behind")}</p>
        </Notice>
      )}
      {found !== null && shown(report, found)}
    </>
  );
}

function choose(what: typeof from, day: string): void {
  if (day === "" || isDay(day)) what.value = day;
}

function shown(report: Report, found: Answers[Report]) {
  switch (report) {
    case "census":
      return <CensusReport found={found as Census} />;
    case "attendance":
      return <AttendanceReport found={found as Attendance} />;
    case "sizes":
      return <SizesReport found={found as Sizes} />;
    case "retention":
      return <RetentionReport found={found as Retention} />;
  }
}

function Save({ report, asked }: { report: Report; asked: Asked }) {
  const [code, setCode] = useState<string | null>(null);
  const save = async () => {
    try {
      saveFile(await file(report, asked), `${t(`report.${report}`).toLowerCase().replaceAll(" ", "-")}.csv`);
      setCode(null);
    } catch (error) {
      setCode(codeOf(error));
    }
  };
  return (
    <div>
      <Button icon="download" onClick={() => void save()} data-testid="report-csv">
        {t("csv")}
      </Button>
      {code !== null && <p role="status">{sentence(code)}</p>}
    </div>
  );
}

/** Wider than a phone: it can be scrolled by keyboard, too. */
function Table({ name, head, children }: { name: string; head: readonly string[]; children: ComponentChildren }) {
  return (
    <div class="card table-card" role="region" aria-label={name} tabIndex={0}>
      <table class="report">
        <thead>
          <tr>
            {head.map((one, place) => (
              <th key={place} scope="col">
                {one}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Nothing() {
  return (
    <div class="empty card">
      <Icon name="calendar" />
      <h2>{t("nothing")}</h2>
      <p class="soft">{t("nothing_hint")}</p>
    </div>
  );
}

function CensusReport({ found }: { found: Census }) {
  const { days } = found;
  const now = days.at(-1);
  if (now === undefined || days.every((one) => one.clients + one.paused === 0)) return <Nothing />;
  const bars: Bar[] = days.map((one) => ({ name: shortDay(one.day), value: one.clients, words: t("clients", { n: one.clients }) }));
  const most = Math.max(...days.map((one) => one.clients));
  return (
    <>
      <Bars bars={bars} most={most} summary={t("census.summary", { n: now.clients, day: shortDay(now.day), most })} />
      <Table name={t("report.census")} head={[t("day"), t("enrolled"), ...found.tracks.map((track) => found.titles[track] ?? track), t("paused"), t("admitted"), t("discharged")]}>
        {[...days].reverse().map((one) => (
          <tr key={one.day}>
            <th scope="row">{shortDay(one.day)}</th>
            <td>{one.clients}</td>
            {found.tracks.map((track) => (
              <td key={track}>{one.tracks[track] ?? 0}</td>
            ))}
            <td>{one.paused}</td>
            <td>{one.admitted}</td>
            <td>{one.discharged}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

/** A session may belong to no group, or to one of which there is no record any more. */
function groupName(id: string, title: string): string {
  return title || t(id === "" ? "no_group" : "unnamed");
}

function percent(share: number | null): string {
  return share === null ? "–" : t("percent", { n: Math.round(share * 100) });
}

function AttendanceReport({ found }: { found: Attendance }) {
  if (found.lines.length === 0) return <Nothing />;
  const name = (one: Attendance["lines"][number]) => {
    if (found.by === "week") return dayAndMonth(one.name);
    if (found.by === "kind") return staffWord("kind", one.name, "kind.unknown");
    return found.by === "month" ? one.name : groupName(one.name, one.title);
  };
  const [came, all] = found.lines.reduce<[number, number]>(([a, b], one) => [a + one.came, b + one.came + one.missed], [0, 0]);
  const bars: Bar[] = found.lines.map((one) => ({ name: name(one), value: one.share ?? 0, words: percent(one.share) }));
  return (
    <>
      <Bars bars={bars} most={1} summary={t("attendance.summary", { share: percent(all > 0 ? came / all : null), n: found.lines.length })} />
      <Table name={t("report.attendance")} head={[t(`by.${found.by}`), t("attended"), t("came"), t("missed"), t("excused"), t("hours"), t("behind_it")]}>
        {found.lines.map((one) => (
          <tr key={one.name}>
            <th scope="row">{name(one)}</th>
            <td>{percent(one.share)}</td>
            <td>{one.came}</td>
            <td>{one.missed}</td>
            <td>{one.excused}</td>
            <td>{t("n", { n: one.hours })}</td>
            <td>
              <Evidence of={one.evidence} all={one.sessions} />
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function SizesReport({ found }: { found: Sizes }) {
  if (found.lines.length === 0) return <Nothing />;
  const over = found.lines.filter((one) => one.over.length > 0).length;
  const bars: Bar[] = found.lines.slice(0, 40).map((one) => ({ name: groupName(one.group, one.title), value: one.largest, words: t("clients", { n: one.largest }) }));
  return (
    <>
      <Bars bars={bars} most={Math.max(...bars.map((one) => one.value))} summary={found.caps === "" ? t("sizes.uncapped", { n: found.lines.length }) : t("sizes.summary", { n: over, all: found.lines.length, caps: found.caps })} />
      <Table name={t("report.sizes")} head={[t("by.group"), t("by.kind"), t("largest"), t("average"), t("cap"), t("over"), t("behind_it")]}>
        {found.lines.map((one) => (
          <tr key={`${one.group} ${one.kind}`} data-over={one.over.length > 0 || undefined}>
            <th scope="row">{groupName(one.group, one.title)}</th>
            <td>{staffWord("kind", one.kind, "kind.unknown")}</td>
            <td>{one.largest}</td>
            <td>{t("n", { n: one.average })}</td>
            <td>{one.cap === null ? "–" : t(`cap.${one.counts ?? "clients"}`, { n: one.cap })}</td>
            <td>
              <Evidence of={one.over} all={one.over.length} />
              {one.unknown > 0 && <span class="soft small">{t("unknown", { n: one.unknown })}</span>}
            </td>
            <td>
              <Evidence of={one.evidence} all={one.sessions} />
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function RetentionReport({ found }: { found: Retention }) {
  if (found.cohorts.length === 0) return <Nothing />;
  const days = found.cohorts[0]?.retention.map((one) => one.day) ?? [];
  const bars: Bar[] = found.cohorts.map((one) => ({ name: one.month, value: one.retention[0]?.share ?? 0, words: percent(one.retention[0]?.share ?? null) }));
  const all = found.cohorts.reduce((sum, one) => sum + one.admitted, 0);
  const asked = (one: Readonly<Record<string, number>>) => t("yes_of", { yes: one["yes"] ?? 0, all: (one["yes"] ?? 0) + (one["no"] ?? 0) });
  return (
    <>
      <Bars bars={bars} most={1} summary={t("retention.summary", { n: all, day: days[0] ?? 30, window: found.window })} />
      <Table name={t("report.retention")} head={[t("month"), t("admitted"), t("first"), ...days.map((day) => t("retained", { n: day })), t("initiated"), t("engaged"), t("reasons")]}>
        {[...found.cohorts].reverse().map((one) => (
          <tr key={one.month}>
            <th scope="row">{one.month}</th>
            <td>{one.admitted}</td>
            <td>
              {one.days_to_first === null ? "–" : t("days", { n: one.days_to_first })}
              {one.never_came > 0 && <span class="soft small"> {t("never", { n: one.never_came })}</span>}
            </td>
            {one.retention.map((cell) => (
              <td key={cell.day} title={t("retained.of", { yes: cell.retained, no: cell.lost.length, early: cell.too_early, paused: cell.paused })}>
                {percent(cell.share)} <span class="soft small">{t("yes_of", { yes: cell.retained, all: cell.retained + cell.lost.length })}</span>
                <Lost clients={cell.lost} />
              </td>
            ))}
            <td>{asked(one.initiated)}</td>
            <td>{asked(one.engaged)}</td>
            <td class="small">
              {Object.entries(one.reasons)
                .map(([reason, n]) => `${known("reason", reason, "reason.unknown")} ${n}`)
                .join(", ")}
            </td>
          </tr>
        ))}
      </Table>
      <p class="soft small">{t("retention.rules", { rule: found.rule, measure: found.measure })}</p>
    </>
  );
}

const FEW = 30;

/** Whom nobody sees any more: each leads to their page, which says why. */
function Lost({ clients }: { clients: readonly string[] }) {
  if (clients.length === 0) return null;
  return (
    <details class="evidence">
      <summary>{t("lost", { n: clients.length })}</summary>
      <ul class="plain-list small">
        {clients.slice(0, FEW).map((one, place) => (
          <li key={one}>
            <a href={linkTo("client", one, "engagement")}>{t("client", { n: place + 1 })}</a>
          </li>
        ))}
        {clients.length > FEW && <li class="soft">{t("and_more", { n: clients.length - FEW })}</li>}
      </ul>
    </details>
  );
}
