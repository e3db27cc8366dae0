/** Whose section it is, in words, and the order of sections. */
import { me } from "../api.ts";
import type { About } from "../notes.ts";
import type { People } from "./door.ts";
import { t } from "./words/index.ts";

export interface Named {
  readonly alias: string;
  readonly legalName: string;
}

export type Names = ReadonlyMap<string, Named>;

export function nameOf(about: About, names: Names): string {
  const named = names.get(about);
  if (about === "group") return named?.alias ?? t("group");
  return named === undefined ? t("client") : named.alias || named.legalName;
}

/** The group first, then clients as the roster has them. */
export function inOrder<K extends { readonly about: About }>(keepers: readonly K[], names: Names): K[] {
  const places = new Map([...names.keys()].map((person, place) => [person, place]));
  const place = (keeper: K) => (keeper.about === "group" ? -1 : (places.get(keeper.about) ?? names.size));
  return [...keepers].sort((a, b) => place(a) - place(b));
}

/** A member of staff. */
export function author(id: string | null, people: People): string {
  if (id === null) return "";
  return people[id] ?? (id === me.value?.person ? me.value.legal_name : t("colleague"));
}
