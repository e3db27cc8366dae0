/** What the import page asks of the server: the tables as text, tried or brought in (docs/programme.md). */
import { http, noticing } from "../api.ts";

export const TABLES = ["clients", "staff", "groups", "enrolments"] as const;
export type Table = (typeof TABLES)[number];
export type Texts = Partial<Record<Table, string>>;

export interface Fault {
  readonly file: Table;
  readonly line: number;
  /** Empty: the line as a whole. */
  readonly column: string;
  readonly why: string;
}

export interface Outcome {
  readonly imported: boolean;
  readonly counts: Partial<Record<Table, number>>;
  readonly faults: readonly Fault[];
  readonly all_faults: number;
}

export function bringIn(tables: Texts, dry: boolean): Promise<Outcome> {
  return noticing(http.post<Outcome>("/api/staff/import", { tables, dry }));
}
