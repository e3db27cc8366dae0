/** What clients of a session answered before, as the record has it; each reading is an entry in the audit log. */
import { openHttp } from "../../core/http.ts";
import type { ScaleGiven, ScaleItem } from "../../wire.ts";

export interface Said {
  /** Of what the record tells; not of what the room does. */
  readonly session?: string;
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
  const { items, people } = await openHttp().get<Earlier>(`/api/staff/sessions/${encodeURIComponent(session)}/scales`);
  // Of this session the room itself says more, and sooner.
  const before = Object.entries(people).map(([person, said]) => [person, said.filter((one) => one.session !== session)] as const);
  return { items, people: Object.fromEntries(before) };
}
