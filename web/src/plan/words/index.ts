/** The words of plans, in the language that the page around them speaks. */
import { catalogue } from "../../text/catalogue.ts";
import english from "./en.json";

const words = catalogue(english, { es: () => import("./es.json") });
await words.load(document.documentElement.lang || null);

export const { t, load } = words;
export type Key = Parameters<typeof t>[0];
