/** The words of what is signed before a session: fetched when there is something to sign. */
import { catalogue } from "../../text/catalogue.ts";
import english from "./words/en.json";

export const { t, load } = catalogue(english, { es: () => import("./words/es.json") });
