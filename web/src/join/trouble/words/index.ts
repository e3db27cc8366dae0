/** The words of what is wrong with a device: most people never see them. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

const words = catalogue(english, { es: () => import("./es.json") });
await words.load();

export const { t } = words;
