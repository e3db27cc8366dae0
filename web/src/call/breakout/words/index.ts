/** The words of whoever is in a breakout room, or waits for the others while they are. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

const words = catalogue(english, { es: () => import("./es.json") });
await words.load();

export const { t } = words;
