/** What the pages of emergency access ask of the server, and what the signed-in person has open now. */
import { signal } from "@preact/signals";

import { http, me, noticing } from "../api.ts";

export interface Review {
  readonly by: string;
  readonly by_name: string;
  readonly at: number;
  readonly comment: string;
  readonly justified: boolean;
}

export interface Opening {
  readonly id: string;
  readonly client: string;
  readonly client_name: string;
  readonly by: string;
  readonly by_name: string;
  readonly reason: string;
  readonly at: number;
  /** When it ends, or has ended. */
  readonly until: number;
  readonly review: Review | null;
}

export interface Standing {
  readonly mine: readonly Opening[];
  readonly waiting: number;
  /** The longest and usual time. */
  readonly minutes: number;
  readonly may_open: boolean;
  readonly may_review: boolean;
}

export interface ReadSection {
  readonly session: string;
  readonly starts: number;
  readonly kind: string;
  /** null is the section that the group shares. */
  readonly about: string | null;
  readonly state: string;
  readonly text: string;
}

export interface FoundClient {
  readonly id: string;
  readonly legal_name: string;
  readonly alias: string;
}

const PATH = "/api/staff/break-glass";
const of = (opening: string): string => `${PATH}/${encodeURIComponent(opening)}`;

/** What I have open, for the banner of every page. */
export const mine = signal<readonly Opening[]>([]);

export async function standing(): Promise<Standing> {
  const found = await noticing(http.get<Standing>(PATH));
  mine.value = found.mine;
  return found;
}

/** Asks once what is open, if this person may have anything open at all. */
export function lookOnce(): void {
  if (me.peek()?.may.includes("break_glass")) standing().catch(() => undefined);
}

export async function find(text: string): Promise<readonly FoundClient[]> {
  return (await noticing(http.post<{ clients: FoundClient[] }>(`${PATH}/find`, { text }))).clients;
}

export async function open(client: string, reason: string, minutes: number): Promise<Opening> {
  const opening = await noticing(http.post<Opening>(PATH, { client, reason, minutes }));
  mine.value = [...mine.peek(), opening].sort((a, b) => a.until - b.until);
  return opening;
}

export async function close(opening: string): Promise<void> {
  await noticing(http.post(`${of(opening)}/close`));
  mine.value = mine.peek().filter(({ id }) => id !== opening);
}

export async function notesOf(opening: string): Promise<{ readonly opening: Opening; readonly sections: readonly ReadSection[] }> {
  return noticing(http.get(`${of(opening)}/notes`));
}

export async function reviews(all: boolean): Promise<readonly Opening[]> {
  return (await noticing(http.get<{ openings: Opening[] }>(`${PATH}/reviews${all ? "?all=1" : ""}`))).openings;
}

export async function review(opening: string, comment: string, justified: boolean): Promise<Opening> {
  return noticing(http.post<Opening>(`${of(opening)}/review`, { comment, justified }));
}
