/** Signed notes as files: one note, a client's record of some days, the audit packet of one attendance row. */
import { http, noticing } from "../api.ts";
import type { Day } from "../days.ts";

/** Where a paper goes. Without a recipient it stays in the programme. */
export interface Going {
  readonly recipient?: string;
  readonly purpose?: string;
}

const client = (id: string): string => `/api/staff/clients/${encodeURIComponent(id)}`;
const row = (session: string, id: string): string => `/api/staff/sessions/${encodeURIComponent(session)}/clients/${encodeURIComponent(id)}`;

function file(path: string, type: string, body: unknown): Promise<Blob> {
  return noticing(http.file(path, type, new AbortController().signal, () => undefined, body));
}

export function notePdf(session: string, about: string): Promise<Blob> {
  return file(`${row(session, about)}/note`, "application/pdf", {});
}

export function recordPdf(id: string, from: Day, to: Day, going: Going): Promise<Blob> {
  return file(`${client(id)}/record`, "application/pdf", { from, to, ...going });
}

export function packet(session: string, id: string): Promise<Blob> {
  return file(`${row(session, id)}/packet`, "application/zip", {});
}
