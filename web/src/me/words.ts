/** The words of a client's own page. */
import { catalogue } from "../text/catalogue.ts";
import english from "./words/en.json";

export const { t, load } = catalogue(english, { es: () => import("./words/es.json") });

export type Key = Parameters<typeof t>[0];

/** A key made of a part that the server decides, or `fallback` for a word that we do not know yet. */
export function known(prefix: string, word: string, fallback: Key): string {
  const key = `${prefix}_${word}`;
  return t(key in english ? (key as Key) : fallback);
}
