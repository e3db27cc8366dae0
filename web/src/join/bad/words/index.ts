/** The words of a link that leads nowhere. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

const words = catalogue(english, { es: () => import("./es.json") });
await words.load();

export const { t } = words;
