/**
 * The heat map: one table, a row for each client and a column for each week. Every cell says in words what its colour
 * says. It is one stop of the Tab key; arrows, Home and End move inside it, and Enter opens a cell.
 */
import { useEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../ui/index.ts";
import type { ClientHours, Hours, WeekOfClient } from "./api.ts";
import type { Day } from "./days.ts";
import { ownLevels, stepped, warmth } from "./heat.ts";
import type { Place } from "./heat.ts";
import { asHours, dayAndMonth, t } from "./words/index.ts";

export interface HeatProps {
  readonly report: Hours;
  readonly clients: readonly ClientHours[];
  readonly open: { readonly person: string; readonly week: Day } | null;
  readonly choose: (place: Place) => void;
}

export function Heat({ report, clients, open, choose }: HeatProps) {
  const { weeks, this_week: thisWeek } = report;
  const [at, setAt] = useState<Place>({ row: 0, column: weeks.length - 1 });
  const stop: Place = { row: Math.min(at.row, clients.length - 1), column: Math.min(at.column, weeks.length - 1) };
  const box = useRef<HTMLDivElement>(null);
  // The newest week matters most, and on a phone it would be out of sight.
  useEffect(() => {
    if (box.current !== null) box.current.scrollLeft = box.current.scrollWidth;
  }, [weeks.join()]);

  const move = (event: KeyboardEvent) => {
    const next = stepped(stop, event.key, clients.length, weeks.length);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    setAt(next);
    document.getElementById(`cell-${clients[next.row]?.person}-${weeks[next.column]}`)?.focus();
  };

  return (
    <div class="card table-card heat-card" ref={box}>
      <table class="heat" role="grid" aria-labelledby="heat-title" aria-describedby="heat-how" onKeyDown={move} data-testid="heat">
        <caption>
          <span id="heat-title">{t("heat.title")}</span>
          <span id="heat-how" class="unseen">
            {t("heat.how")}
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("attendance.client")}</th>
            {weeks.map((week) => (
              <th key={week} scope="col" data-now={week === thisWeek || undefined}>
                {week === thisWeek ? t("hours.this_week") : dayAndMonth(week)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {clients.map((client, row) => (
            <tr key={client.person}>
              <th scope="row">
                <span class="clamp">{client.legal_name || client.alias}</span>
              </th>
              {client.weeks.map((week, column) => {
                const day = weeks[column] ?? thisWeek;
                return (
                  <td key={day}>
                    <button
                      type="button"
                      id={`cell-${client.person}-${day}`}
                      class="warm"
                      data-warmth={week === null ? undefined : warmth(week.minutes, week.week_minutes)}
                      data-outlook={week?.outlook}
                      aria-expanded={open?.person === client.person && open.week === day}
                      tabIndex={row === stop.row && column === stop.column ? 0 : -1}
                      onFocus={() => setAt({ row, column })}
                      onClick={() => choose({ row, column })}
                    >
                      <Words week={week} />
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Words({ week }: { week: WeekOfClient | null }) {
  if (week === null) {
    return (
      <>
        <span aria-hidden="true">–</span>
        <span class="unseen">{t("heat.nothing")}</span>
      </>
    );
  }
  return (
    <>
      <span class="time">{asHours(week.minutes)}</span>
      <span class="how">
        {week.outlook === "met" && <Icon name="check" />}
        {week.outlook === "out_of_reach" && <Icon name="warn" />}
        {outlook(week)}
      </span>
    </>
  );
}

function outlook(week: WeekOfClient): string {
  switch (week.outlook) {
    case "met":
      return t("outlook.met");
    case "reachable":
      return t("outlook.reachable", { time: asHours(week.minutes_to_come) });
    case "out_of_reach":
      return t("outlook.out_of_reach");
    case "short":
      return t("outlook.short", { time: asHours(week.minutes_short) });
  }
}

const STEPS = [0, 1, 2, 3, 4] as const;

export function Legend({ report }: { report: Hours }) {
  const third = report.level.week_minutes / 3;
  const said = (step: (typeof STEPS)[number]): string => {
    if (step === 0) return asHours(0);
    if (step === 4) return t("heat.from", { time: asHours(report.level.week_minutes) });
    return t("heat.below", { time: asHours(Math.round(third * step)) });
  };
  return (
    <div class="legend small">
      <ul class="row">
        {STEPS.map((step) => (
          <li key={step} class="row">
            <span class="swatch warm" data-warmth={step} />
            {said(step)}
          </li>
        ))}
        <li class="row">
          <span class="swatch warm" data-outlook="out_of_reach" />
          {t("outlook.out_of_reach")}
        </li>
      </ul>
      <p class="soft">{t("heat.rule", { level: report.level.id, time: asHours(report.level.week_minutes) })}</p>
      {ownLevels(report) && <p class="soft">{t("heat.own")}</p>}
    </div>
  );
}
