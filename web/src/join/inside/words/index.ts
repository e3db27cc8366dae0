/** The words of the mirror and of the waiting room, which are fetched while the first screen is read. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

const words = catalogue(english, { es: () => import("./es.json") });
await words.load();

export const { t } = words;
