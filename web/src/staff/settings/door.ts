/** What the settings ask of the server. */
import { http, noticing } from "../api.ts";
import type { Template } from "../notes/content.ts";

export interface Kind {
  readonly kind: string;
  /** Held with one client. */
  readonly alone: boolean;
  /** Towards the level of care. */
  readonly counts: boolean;
  readonly paid: boolean;
  readonly cap: { readonly most: number; readonly counts: "clients" | "persons" } | null;
}

export interface Pack {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly version: number;
  readonly source: string;
  readonly unverified: string;
  readonly effective_from: string | null;
  readonly effective_to: string | null;
  readonly holds: boolean;
  readonly used: boolean;
  readonly newer: string | null;
}

export interface Programme {
  readonly id: string;
  readonly zone: string;
  readonly office: string;
  readonly facility_npi: string;
  readonly caps: string;
  readonly caps_choices: readonly string[];
  readonly crisis_phone: string;
  readonly level: { readonly id: string; readonly code: string; readonly week_minutes: number };
  readonly payers: readonly string[];
  readonly break_glass_minutes: number;
  readonly reminders: string;
  readonly via: "log" | "smtp";
}

export interface Text {
  readonly pack: string;
  readonly language: string;
  readonly why: string;
  readonly subject: string;
  readonly body: string;
  readonly sms: string;
}

export interface Settings {
  readonly programme: Programme;
  readonly kinds: readonly Kind[];
  readonly packs: readonly Pack[];
  readonly texts: readonly Text[];
  readonly may_write: boolean;
}

export interface Track {
  readonly code: string;
  readonly title: string;
  readonly kind: "treatment" | "aftercare" | "alumni";
  readonly open: boolean;
  readonly hours: string;
}

export interface Keys {
  readonly key: string;
  readonly current: number;
  readonly older: Readonly<Record<string, number>>;
  readonly unknown: number;
  readonly done: boolean;
  readonly at: number;
}

export interface ApiKey {
  readonly id: string;
  readonly label: string;
  readonly profile: string;
  readonly recipient: string;
  readonly purpose: string;
  readonly created: number;
  readonly expires: number | null;
  readonly revoked: number | null;
  readonly last_used: number | null;
}

const PATH = "/api/staff/settings";

export function settings(): Promise<Settings> {
  return noticing(http.get<Settings>(PATH));
}

export function choose(chosen: { readonly facility_npi?: string; readonly caps?: string; readonly crisis_phone?: string }): Promise<Settings> {
  return noticing(http.put<Settings>(`${PATH}/programme`, chosen));
}

export async function packText(id: string): Promise<string> {
  return (await noticing(http.get<{ text: string }>(`${PATH}/packs/${id}`))).text;
}

export function keys(): Promise<Keys> {
  return noticing(http.get<Keys>(`${PATH}/keys`));
}

export async function apiKeys(): Promise<{ readonly keys: readonly ApiKey[]; readonly may_revoke: boolean }> {
  return noticing(http.get(`${PATH}/api-keys`));
}

export async function revokeKey(id: string): Promise<void> {
  await noticing(http.post(`${PATH}/api-keys/${encodeURIComponent(id)}/revoke`));
}

export async function tracks(): Promise<readonly Track[]> {
  return (await noticing(http.get<{ tracks: Track[] }>("/api/staff/people/choices"))).tracks;
}

export async function putTrack({ code, ...facts }: Track): Promise<readonly Track[]> {
  return (await noticing(http.put<{ tracks: Track[] }>(`/api/staff/people/tracks/${encodeURIComponent(code)}`, facts))).tracks;
}

export async function templates(): Promise<readonly Template[]> {
  return (await noticing(http.get<{ templates: Template[] }>("/api/staff/note-templates"))).templates;
}
