/** The words that pass at the door, and what is said while somebody looks in. Fetched while one waits. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

const words = catalogue(english, { es: () => import("./es.json") });
await words.load();

export const { t } = words;
