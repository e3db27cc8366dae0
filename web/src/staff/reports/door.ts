/** What the reports ask of the server: a programme in figures, each line with the sessions or clients behind it. */
import { http, noticing } from "../api.ts";
import type { Day } from "../days.ts";

export const REPORTS = ["census", "attendance", "sizes", "retention"] as const;
export type Report = (typeof REPORTS)[number];

export interface SessionCount {
  readonly session: string;
  readonly day: Day;
  readonly came: number;
  readonly missed: number;
  readonly clients: number;
}

export interface Census {
  readonly first: Day;
  readonly last: Day;
  readonly every: string;
  readonly tracks: readonly string[];
  readonly titles: Readonly<Record<string, string>>;
  readonly days: readonly {
    readonly day: Day;
    readonly clients: number;
    readonly paused: number;
    readonly admitted: number;
    readonly discharged: number;
    readonly tracks: Readonly<Record<string, number>>;
  }[];
}

export const BY = ["week", "month", "kind", "group"] as const;
export type By = (typeof BY)[number];

export interface Attendance {
  readonly first: Day;
  readonly last: Day;
  readonly by: By;
  readonly complete: boolean;
  readonly lines: readonly {
    readonly name: string;
    readonly title: string;
    readonly sessions: number;
    readonly came: number;
    readonly missed: number;
    readonly excused: number;
    readonly share: number | null;
    readonly hours: number;
    readonly evidence: readonly SessionCount[];
  }[];
}

export interface Sizes {
  readonly first: Day;
  readonly last: Day;
  readonly caps: string;
  readonly known_caps: readonly string[];
  readonly complete: boolean;
  readonly lines: readonly {
    readonly group: string;
    readonly title: string;
    readonly kind: string;
    readonly sessions: number;
    readonly largest: number;
    readonly average: number;
    readonly cap: number | null;
    readonly counts: "clients" | "persons" | null;
    readonly over: readonly SessionCount[];
    readonly unknown: number;
    readonly evidence: readonly SessionCount[];
  }[];
}

export interface Retention {
  readonly first: Day;
  readonly last: Day;
  readonly rule: string;
  readonly window: number;
  readonly measure: string;
  readonly complete: boolean;
  readonly cohorts: readonly {
    readonly month: string;
    readonly admitted: number;
    readonly never_came: number;
    readonly days_to_first: number | null;
    readonly retention: readonly { readonly day: number; readonly share: number | null; readonly retained: number; readonly lost: readonly string[]; readonly paused: number; readonly too_early: number }[];
    readonly initiated: Readonly<Record<string, number>>;
    readonly engaged: Readonly<Record<string, number>>;
    readonly reasons: Readonly<Record<string, number>>;
  }[];
}

export interface Answers {
  readonly census: Census;
  readonly attendance: Attendance;
  readonly sizes: Sizes;
  readonly retention: Retention;
}

export type Asked = Readonly<Record<string, string>>;

function path(report: Report, asked: Asked): string {
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== "")).toString();
  return `/api/staff/reports/${report}${query && `?${query}`}`;
}

export function ask<R extends Report>(report: R, asked: Asked): Promise<Answers[R]> {
  return noticing(http.get<Answers[R]>(path(report, asked)));
}

export function file(report: Report, asked: Asked): Promise<Blob> {
  return noticing(http.file(path(report, { ...asked, format: "csv" }), "text/csv", new AbortController().signal, () => undefined));
}
