/** The words of the join page and of the room, also where staff see the room. */
import { catalogue } from "./catalogue.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });
