/**
 * The words of the room. They are read by the room's view alone, and that is fetched while one waits; so this waits for
 * the reader's language by itself, and whoever has the view has its words.
 */
import { catalogue } from "../../text/catalogue.ts";
import english from "./en.json";

const words = catalogue(english, { es: () => import("./es.json") });
await words.load();

export const { t } = words;
