/**
 * Who was there when: a line for each client over the time of the session, with breaks, gaps and the side room. It is
 * a table; each picture says the same in words to those who read by ear.
 */
import { useId } from "preact/hooks";

import { presence } from "./api.ts";
import type { ClientPresence, Presence } from "./api.ts";
import { boxOf, lineOfAll, ticksOf } from "./chart.ts";
import { useLoad } from "./load.ts";
import { Failed, StatusWord } from "./State.tsx";
import { barsOf, markOf, standing } from "./strip.ts";
import type { Line } from "./strip.ts";
import { staysInWords } from "./Strip.tsx";
import { clock, t } from "./words/index.ts";

export interface ChartProps {
  readonly starts: number;
  readonly ends: number;
  readonly zone: string;
  /** Whose line is meant. */
  readonly marked?: string;
}

/** The chart of a session that is loaded when it is opened. */
export function SessionChart({ id, ...rest }: ChartProps & { readonly id: string }) {
  const loaded = useLoad(`presence ${id}`, () => presence(id));
  return (
    <>
      <Failed loaded={loaded} />
      {loaded.value === null ? loaded.code === null && <p class="soft">{t("loading")}</p> : <Chart presence={loaded.value} {...rest} />}
    </>
  );
}

export function Chart({ presence: shown, starts, ends, zone, marked }: ChartProps & { readonly presence: Presence }) {
  const scheduled = { from: starts, to: ends };
  const line = lineOfAll(scheduled, shown);
  const some = (test: (client: ClientPresence) => boolean) => shown.clients.some(test);
  return (
    <div class="stack tight">
      <table class="chart">
        <caption class="unseen">{t("chart.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("attendance.client")}</th>
            <th scope="col">
              <span class="unseen">{t("attendance.presence")}</span>
              <Ticks line={line} zone={zone} />
            </th>
            <th scope="col" class="number">
              {t("attendance.minutes")}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.clients.map((client) => (
            <tr key={client.person} data-marked={client.person === marked || undefined}>
              <th scope="row">
                <span class="clamp">{client.legal_name || client.alias}</span>
              </th>
              <td class="lane">
                <Lane client={client} presence={shown} scheduled={scheduled} line={line} zone={zone} />
              </td>
              <td class="number">
                {client.minutes_counts} {client.status_counts !== null && <StatusWord status={standing(client.status_counts, client.stays)} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="legend row small soft">
        <li class="row">
          <Swatch name="stay" /> {t("chart.present")}
        </li>
        {shown.breaks.length > 0 && (
          <li class="row">
            <Swatch name="pause" />
            {t("chart.break", { times: shown.breaks.map(({ start, end }) => t("time.range", { from: clock(start, zone), to: clock(end, zone) })).join(", ") })}
          </li>
        )}
        {some((client) => client.aside.length > 0) && (
          <li class="row">
            <Swatch name="aside" /> {t("chart.aside")}
          </li>
        )}
        {some((client) => client.stays.some((stay) => stay.inferred)) && (
          <li class="row">
            <Swatch name="inferred" /> {t("chart.inferred")}
          </li>
        )}
      </ul>
    </div>
  );
}

function Swatch({ name }: { name: string }) {
  return (
    <svg class="swatch" viewBox="0 0 20 20" aria-hidden="true">
      <rect class={name} x={2} y={2} width={16} height={16} />
    </svg>
  );
}

function Ticks({ line, zone }: { line: Line; zone: string }) {
  return (
    <span class="ticks-of-time" aria-hidden="true">
      {ticksOf(line).map((at) => (
        <span
          key={at}
          ref={(element: HTMLElement | null) => {
            // The page's policy allows no style in markup.
            const mark = markOf(line, at) / 10;
            element?.style.setProperty("inset-inline-start", `${mark}%`);
            element?.style.setProperty("translate", mark < 5 ? "0" : mark > 95 ? "-100%" : "-50%");
          }}
        >
          {clock(at, zone)}
        </span>
      ))}
    </span>
  );
}

interface LaneProps {
  readonly client: ClientPresence;
  readonly presence: Presence;
  readonly scheduled: Line;
  readonly line: Line;
  readonly zone: string;
}

function Lane({ client, presence: shown, scheduled, line, zone }: LaneProps) {
  const pattern = useId();
  const words = inWords(client, zone);
  return (
    <svg viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" aria-label={words}>
      <title>{words}</title>
      <defs>
        <pattern id={pattern} width="8" height="8" patternUnits="userSpaceOnUse">
          <rect class="pause-ground" width="8" height="8" />
          <rect class="pause-stripe" width="4" height="8" />
        </pattern>
      </defs>
      {ticksOf(line).map((at) => (
        <rect key={at} class="tick" x={markOf(line, at)} y={0} width={1.5} height={28} />
      ))}
      <rect class="line" x={markOf(line, scheduled.from)} y={12} width={markOf(line, scheduled.to) - markOf(line, scheduled.from)} height={4} />
      {barsOf(line, client.stays, shown.now).map((bar, n) => (
        <rect key={bar.x} class={client.stays[n]?.inferred ? "stay inferred" : "stay"} data-open={bar.open || undefined} x={bar.x} y={4} width={bar.width} height={20} />
      ))}
      {client.aside.map((span) => (
        <rect key={span.start} class="aside" {...boxOf(line, span)} y={9} height={10} />
      ))}
      {client.stays.length > 0 &&
        shown.breaks.map((span) => <rect key={span.start} class="pause" fill={`url(#${pattern})`} {...boxOf(line, span)} y={4} height={20} />)}
    </svg>
  );
}

function inWords(client: ClientPresence, zone: string): string {
  if (client.stays.length === 0) return t("strip.none");
  const aside = client.aside.map(({ start, end }) => t("chart.aside_from", { from: clock(start, zone), to: clock(end, zone) }));
  return [...staysInWords(client.stays, zone), ...aside].join("; ");
}
