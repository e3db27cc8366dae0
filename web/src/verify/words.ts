/** The words of the page that confirms papers. */
import { catalogue } from "../text/catalogue.ts";
import english from "./words/en.json";

export const { t, load } = catalogue(english, { es: () => import("./words/es.json") });
