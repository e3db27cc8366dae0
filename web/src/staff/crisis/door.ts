/** What safety in the room asks of the server: the crisis cards of a session with the clinic's plan, and its sheet. */
import { http, noticing } from "../api.ts";
import type { CheckIn } from "../api.ts";

export interface Contact {
  readonly place: string;
  readonly address: string;
  readonly name: string;
  readonly relation: string;
  readonly phone: string;
  readonly local_emergency: string;
}

export interface CrisisCard {
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly phone: string;
  readonly today: CheckIn | null;
  readonly contacts: readonly Contact[];
}

export interface CrisisStep {
  readonly code: string;
  readonly after: number;
  readonly whom: "client" | "emergency_contact" | "local_emergency" | "supervisor" | "nobody";
  readonly contact: boolean;
  readonly number: string;
  readonly text: { readonly en: string; readonly es: string };
}

export interface CrisisCards {
  readonly plan: string;
  readonly steps: readonly CrisisStep[];
  readonly cards: readonly CrisisCard[];
}

const at = (session: string) => `/api/staff/sessions/${encodeURIComponent(session)}`;

export function crisisCards(session: string): Promise<CrisisCards> {
  return noticing(http.get<CrisisCards>(`${at(session)}/crisis`));
}

/** Everybody's card on paper. */
export function tonight(session: string): Promise<Blob> {
  return noticing(http.file(`${at(session)}/tonight`, "application/pdf", new AbortController().signal, () => undefined, {}));
}

/** The numbers that a step calls, of the card: those for today before those on file. */
export function numbersFor(step: CrisisStep, card: CrisisCard): string[] {
  const { today, contacts } = card;
  const found = {
    client: [today?.callback_phone ?? "", card.phone],
    emergency_contact: [today?.contact_phone ?? "", ...contacts.map((one) => one.phone)],
    local_emergency: contacts.map((one) => one.local_emergency),
    supervisor: [],
    nobody: [],
  }[step.whom];
  return [...new Set([step.number, ...found].filter((number) => number !== ""))];
}
