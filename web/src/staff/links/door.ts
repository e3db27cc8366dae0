/**
 * What the pages about links, calendars and messages ask of the server (docs/protocol.md). Owns the shapes.
 */
import { http } from "../api.ts";
import type { Sending } from "../api.ts";

export type Wish = "email" | "sms" | "both" | "none";

export interface Appointment {
  readonly session: string;
  readonly title: string;
  readonly starts: number;
  readonly ends: number;
  readonly zone: string;
  readonly guests: boolean;
  readonly peers: boolean;
}

/** What somebody comes as by a link to one session. */
export type Part = "collateral" | "interpreter" | "peer_host";

export interface Feed {
  readonly name: string;
  readonly created: number;
}

export interface Guest {
  readonly name: string;
  readonly person: string;
  readonly guest: string;
  readonly session: string;
  readonly starts: number | null;
  readonly expires: number;
  readonly part: Part;
}

export interface Supporter {
  readonly person: string;
  readonly name: string;
  readonly relationship: string;
}

export interface Reached {
  readonly wish: Wish;
  readonly reach: "yes" | "no_address" | "opted_out";
  readonly ways: readonly ("email" | "sms")[];
  readonly email: boolean;
  readonly phone: boolean;
  readonly language: string;
  readonly zone: string;
  /** How long before a session they are reminded. */
  readonly minutes: readonly number[];
}

export interface AboutSending extends Omit<Sending, "why"> {
  readonly why: "late" | "asked" | "before" | "cancelled";
  readonly channel: "email" | "sms";
  readonly session: string;
  readonly starts: number;
  readonly zone: string;
}

export interface ClientLinks {
  readonly standing: { readonly name: string; readonly made: number; readonly expires: number } | null;
  readonly guests: readonly Guest[];
  readonly supporters: readonly Supporter[];
  readonly next: Appointment | null;
  readonly family: readonly Appointment[];
  readonly ahead: readonly Appointment[];
  readonly feeds: readonly Feed[];
  readonly reached: Reached;
  readonly sendings: readonly AboutSending[];
}

const of = (client: string) => `/api/staff/clients/${client}`;

export const clientLinks = (client: string) => http.get<ClientLinks>(`${of(client)}/links`);
export const renew = async (client: string) => (await http.post<{ url: string }>(`${of(client)}/links`)).url;
export const revoke = (name: string) => http.delete<null>(`/api/staff/links/${name}`);
export const invite = async (client: string, person: string, session: string, part: Part) =>
  (await http.post<{ url: string }>(`${of(client)}/guests`, { person, session, part })).url;
export const wishFor = (client: string, wish: Wish) => http.put<Reached>(`${of(client)}/wish`, { wish });
export const newFeed = async (client: string) => (await http.post<{ url: string }>(`${of(client)}/feeds`)).url;
export const dropFeed = (name: string) => http.delete<null>(`/api/staff/feeds/${name}`);
export const ownFeeds = async () => (await http.get<{ feeds: readonly Feed[] }>("/api/staff/feeds")).feeds;
export const newOwnFeed = async () => (await http.post<{ url: string }>("/api/staff/feeds")).url;
