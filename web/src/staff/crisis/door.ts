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

export interface Supervising {
  readonly name: string;
  readonly phone: string;
}

export interface CrisisCards {
  readonly plan: string;
  readonly steps: readonly CrisisStep[];
  /** Whom staff tell, those with a number: who is on call (without a name), then who supervises those who lead. */
  readonly supervisors: readonly Supervising[];
  readonly cards: readonly CrisisCard[];
}

const at = (session: string) => `/api/staff/sessions/${encodeURIComponent(session)}`;

export function crisisCards(session: string): Promise<CrisisCards> {
  return noticing(http.get<CrisisCards>(`${at(session)}/crisis`));
}

/** Of the server's texts for staff, in both of which it speaks. */
export function spoken(): "en" | "es" {
  return document.documentElement.lang.startsWith("es") ? "es" : "en";
}

/** Everybody's card on paper, in the language of this page. */
export function tonight(session: string): Promise<Blob> {
  return noticing(http.file(`${at(session)}/tonight`, "application/pdf", new AbortController().signal, () => undefined, { language: spoken() }));
}

/** A number to call, and whose it is where that does not go without saying. */
export interface Numbered {
  readonly number: string;
  readonly of: string;
}

/** The numbers that a step calls: its own, then those of the card, those for today before those on file. */
export function numbersFor(step: CrisisStep, card: CrisisCard | null, supervisors: readonly Supervising[]): Numbered[] {
  const found = new Map<string, Numbered>();
  const add = (number: string, of = "") => {
    if (number !== "" && !found.has(number)) found.set(number, { number, of });
  };
  add(step.number);
  for (const number of card === null ? [] : ofCard(step, card)) add(number);
  if (step.whom === "supervisor") for (const one of supervisors) add(one.phone, one.name);
  return [...found.values()];
}

function ofCard(step: CrisisStep, card: CrisisCard): string[] {
  const { today, contacts } = card;
  return {
    client: [today?.callback_phone ?? "", card.phone],
    emergency_contact: [today?.contact_phone ?? "", ...contacts.map((one) => one.phone)],
    local_emergency: contacts.map((one) => one.local_emergency),
    supervisor: [],
    nobody: [],
  }[step.whom];
}
