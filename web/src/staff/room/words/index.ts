/** The words of the cockpit: who is expected, who is late, private messages, keys. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });
export type Word = Parameters<typeof t>[0];
