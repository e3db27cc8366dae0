/** The words of the page that tells when the next appointment is: whoever goes straight in never loads them. */
import { catalogue } from "../../text/catalogue.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });
