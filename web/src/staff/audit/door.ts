/** What the search of the audit log asks of the server, and its answer as a file. */
import { http, noticing } from "../api.ts";
import type { FoundClient } from "../emergency/door.ts";

export interface Entry {
  readonly place: string;
  readonly at: number;
  readonly actor: string;
  readonly actor_name: string;
  readonly action: string;
  readonly subject: string;
  /** In the chain; null if it is older. */
  readonly number: number | null;
}

export interface Wanted {
  readonly from: string;
  readonly to: string;
  readonly actor: string;
  readonly what: string;
  readonly person: string;
}

export interface AuditPage {
  readonly entries: readonly Entry[];
  readonly next: string | null;
}

export interface Colleague {
  readonly id: string;
  readonly legal_name: string;
}

export function search(wanted: Wanted, cursor: string | null, limit: number): Promise<AuditPage> {
  const query = new URLSearchParams({ limit: String(limit) });
  for (const [name, value] of Object.entries(wanted)) if (value !== "") query.set(name, value as string);
  if (cursor !== null) query.set("cursor", cursor);
  return noticing(http.get<AuditPage>(`/api/staff/audit?${query.toString()}`));
}

/** Everybody who works or worked here. */
export async function colleagues(): Promise<readonly Colleague[]> {
  const found: Colleague[] = [];
  let next: number | null = 0;
  while (next !== null) {
    const page: { staff: Colleague[]; next: number | null } = await noticing(http.get(`/api/staff/people/staff?start=${next}`));
    found.push(...page.staff);
    next = page.next;
  }
  return found;
}

export async function findClients(text: string): Promise<readonly FoundClient[]> {
  return (await noticing(http.post<{ clients: FoundClient[] }>("/api/staff/audit/find", { text }))).clients;
}

const PAGE = 500;

/** All entries that fit, page by page; `told` hears how many there are so far and says whether to go on. */
export async function all(wanted: Wanted, told: (entries: number) => boolean): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  let cursor: string | null = null;
  do {
    const page: AuditPage = await search(wanted, cursor, PAGE);
    found.push(...page.entries);
    cursor = page.next;
    if (!told(found.length)) break;
  } while (cursor !== null);
  return found;
}

/** As a spreadsheet reads it: RFC 4180, and nothing that a spreadsheet would take for a formula. */
export function csv(entries: readonly Entry[]): string {
  const cell = (value: string | number | null): string => {
    const text = String(value ?? "");
    const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  const rows = entries.map((one) => [one.number, new Date(one.at).toISOString(), one.actor, one.actor_name, one.action, one.subject]);
  return [["number", "at", "actor", "actor_name", "action", "subject"], ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
