/** The words of agreements and consents. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });

export type Key = Parameters<typeof t>[0];

/** A key made of a part that the server decides, or `fallback` for a word that we do not know yet. */
export function known(prefix: string, word: string, fallback: Key): string {
  const key = `${prefix}.${word}`;
  return t(key in english ? (key as Key) : fallback, { word });
}
