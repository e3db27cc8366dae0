/** The words of emergency access. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });

export function stateOf(state: string): string {
  const key = `state.${state}`;
  return key in english ? t(key as "state.draft") : state;
}
