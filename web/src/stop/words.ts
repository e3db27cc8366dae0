/** The words of the page that ends messages. */
import { catalogue } from "../text/catalogue.ts";
import english from "./words/en.json";

export const { t, load } = catalogue(english, { es: () => import("./words/es.json") });
