/** The words of safety in the room. They come with their chunk, when somebody first needs them. */
import { catalogue } from "../../../text/catalogue.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });
