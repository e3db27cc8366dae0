/** What a client's own page asks of the server (docs/protocol.md), and what it is told. */
import type { Plan } from "../plan/door.ts";
import { HttpError, openHttp } from "../core/http.ts";

export interface TextShown {
  readonly kind: string;
  readonly version: number;
  readonly language: string;
  readonly languages: readonly string[];
  readonly title: string;
  readonly body: string;
  readonly hash: string;
  readonly offer: string;
}

export interface Appointment {
  readonly id: string;
  readonly starts: number;
  readonly ends: number;
  readonly cancelled: boolean;
}

export interface Hours {
  readonly week_minutes: number;
  readonly minutes: number;
  readonly minutes_to_come: number;
  readonly outlook: "met" | "reachable" | "out_of_reach" | "short";
  readonly weeks: readonly { readonly first: string; readonly minutes: number }[];
}

export interface Signature {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly at: number;
  readonly typed_name: string;
  readonly how: "browser" | "paper" | "spoken";
  readonly revoked: number | null;
  readonly recipient: string;
  readonly discloses: boolean;
}

export interface Consent {
  readonly id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly signed: number;
  readonly revoked: number | null;
}

export interface Passkey {
  readonly id: string;
  readonly label: string;
  readonly added: number;
}

export interface Own {
  readonly csrf: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly language: string;
  readonly zone: string;
  readonly reminders: boolean;
  readonly now: number;
  readonly attends: boolean;
  readonly appointments: readonly Appointment[];
  readonly hours: Hours | null;
  readonly to_sign: readonly TextShown[];
  readonly may_sign: readonly TextShown[];
  readonly signatures: readonly Signature[];
  readonly consents: readonly Consent[];
  readonly passkeys: readonly Passkey[];
  /** null for a family member. */
  readonly plan: Plan | null;
}

export interface Door {
  readonly step: "pin" | "first";
  readonly question: "birth_date" | "phone_end" | "none";
  readonly passkey: boolean;
}

export interface Settings {
  readonly alias: string;
  readonly reminders: boolean;
  readonly language: string;
  readonly zone: string;
}

export const http = openHttp();

/** The code of what went wrong; what is no answer of the server is thrown on. */
export function codeOf(error: unknown): string {
  if (error instanceof HttpError) return error.code;
  throw error;
}

/** The page's facts; from then on its requests carry the CSRF value. */
export async function facts(language: string): Promise<Own> {
  const own = await http.get<Own>(`/api/me?language=${language}`);
  http.csrf = own.csrf;
  return own;
}

/** A file that the server makes, handed to the browser to keep. */
export async function keep(path: string, type: string, name: string, body?: unknown): Promise<void> {
  offer(await http.file(path, type, new AbortController().signal, () => undefined, body), name);
}

/** Let the browser save it. */
export function offer(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
