/** The words of the pages of clients and staff. */
import { catalogue } from "../../../text/catalogue.ts";
import type { Choice } from "../door.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });

export type Key = Parameters<typeof t>[0];

/** A key made of a part that the server decides, or `fallback` for a word that we do not know yet. */
export function known(prefix: string, word: string, fallback: Key): string {
  const key = `${prefix}.${word}`;
  return t(key in english ? (key as Key) : fallback, { word });
}

/** What a list of the clinic's own calls something, in the page's language where it can. */
export function called(choices: readonly Choice[], code: string): string {
  const [plain = "", language = ""] = code.split(":");
  const found = choices.find((one) => one.code === plain);
  const label = found?.label[document.documentElement.lang] ?? found?.label["en"] ?? plain;
  return language === "" ? label : `${label} (${tongue(language)})`;
}

/** "Spanish", "español": the name of a language in the page's own. */
export function tongue(code: string): string {
  try {
    return new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Which field of a form is wrong, and what to do. */
export function fault(field: string): string {
  return known("fault", field, "fault.unknown");
}
