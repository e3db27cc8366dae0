/** What clients of a session answered before, as the record has it; each reading is an entry in the audit log. */
import { openHttp } from "../../core/http.ts";
import type { ScaleGiven, ScaleItem } from "../../wire.ts";

export interface Said {
  readonly when: "in" | "out";
  readonly at: number;
  readonly given: readonly ScaleGiven[];
}

export interface Earlier {
  readonly items: readonly ScaleItem[];
  /** By person, oldest first. */
  readonly people: Readonly<Record<string, readonly Said[]>>;
}

export async function earlierOf(session: string): Promise<Earlier> {
  return openHttp().get<Earlier>(`/api/staff/sessions/${encodeURIComponent(session)}/scales`);
}
