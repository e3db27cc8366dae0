/** What is written after a crisis, as the server has it: incidents out of the log, and records of 42 CFR 2.51(c). */
import { http, noticing } from "../api.ts";
import { spoken } from "./door.ts";

export interface Taken {
  readonly step: string;
  readonly text: string;
  readonly outcome: "reached" | "no_answer" | "done" | "skipped";
  readonly at: number;
  readonly by: string;
}

export interface Incident {
  readonly client: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly member: number;
  readonly risk: "none" | "watch" | "at_risk";
  readonly why: "network" | "closed" | "left";
  readonly since: number;
  readonly raised: number;
  /** null while the alarm is open. */
  readonly closed: number | null;
  readonly how: string;
  readonly by: string;
  readonly steps: readonly Taken[];
  /** What is proposed for the note. */
  readonly draft: string;
  readonly note: "open" | "written" | "signed";
  readonly telling: Telling;
}

/** What is proposed for the record; nothing of it is known to have been. */
export interface Telling {
  readonly at: number | null;
  readonly by: string;
  readonly nature: string;
}

export interface Emergency {
  readonly id: string;
  readonly client: string;
  readonly recipient: string;
  readonly affiliation: string;
  readonly discloser: string;
  readonly at: number;
  readonly nature: string;
  readonly recorded: number;
  readonly by: string;
}

export interface Incidents {
  readonly now: number;
  readonly incidents: readonly Incident[];
  readonly emergencies: readonly Emergency[];
  /** Who may have told medical personnel. */
  readonly staff: readonly { readonly person: string; readonly name: string }[];
  readonly may_note: boolean;
}

export type NewEmergency = Pick<Emergency, "id" | "recipient" | "affiliation" | "discloser" | "at" | "nature">;

const at = (session: string) => `/api/staff/sessions/${encodeURIComponent(session)}`;

export function incidents(session: string): Promise<Incidents> {
  return noticing(http.get<Incidents>(`${at(session)}/incidents?language=${spoken()}`));
}

/** Put what somebody has read behind what stands in the client's section. */
export function writeNote(session: string, incident: Incident, text: string, op: string): Promise<unknown> {
  return noticing(http.post(`${at(session)}/incidents/${encodeURIComponent(incident.client)}/note`, { raised: incident.raised, text, op }));
}

export function tell(session: string, client: string, told: NewEmergency): Promise<Emergency> {
  return noticing(http.post<Emergency>(`${at(session)}/clients/${encodeURIComponent(client)}/emergency`, told));
}
