/** The words of the way in, and of the screens around the room that staff see as well. (The room: call/words/.) */
import { catalogue } from "./catalogue.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });
