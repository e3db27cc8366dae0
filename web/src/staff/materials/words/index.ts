/** The words of the library of materials. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });
