/**
 * With which template a section begins that nobody has written in: what the kind of session says, or what whoever uses
 * this browser has chosen in place of just that. A choice is no word about anybody.
 */
import { templates } from "../notes.ts";
import type { Notebook } from "../notes.ts";
import { FREE } from "./content.ts";
import type { Template } from "./content.ts";

/** Offered for clients' sections; this one for the section about everybody alone. */
const SHARED = /^group\//;

export function offeredFor(about: string): readonly Template[] {
  const offered = templates.value.filter((one) => one.offered);
  const shared = offered.filter((one) => SHARED.test(one.id));
  const rest = offered.filter((one) => !SHARED.test(one.id));
  return about === "group" ? [...shared, ...rest] : rest;
}

function chosenFor(usual: string): string | null {
  try {
    return localStorage.getItem(`note-template ${usual}`);
  } catch {
    return null;
  }
}

/** From now on in the place of what such a session says. */
export function chooseFor(usual: string, id: string): void {
  try {
    localStorage.setItem(`note-template ${usual}`, id);
  } catch {
    // A browser that keeps nothing: it is chosen for this page.
  }
}

/** Of a client's section, or of the one about everybody. `picked`: just now, in this page. */
export function beginOf(book: Notebook, about: string, picked: string | null = null): string {
  const offered = offeredFor(about);
  const { shared, client } = book.planned.value.begins;
  const wishes = about === "group" ? [shared] : [picked, chosenFor(client), client];
  return wishes.find((id) => offered.some((one) => one.id === id)) ?? offered.find(({ id }) => id === FREE)?.id ?? offered[0]?.id ?? FREE;
}
