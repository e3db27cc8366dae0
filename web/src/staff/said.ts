/** What a session has said of itself so far, as fields of the note that the whole group shares. */
import { useLoad } from "./load.ts";
import { made, type Made } from "./made.ts";

const NOW_AND_THEN = 60;

export function fieldsOf({ topic, materials }: Pick<Made, "topic" | "materials">): Record<string, string> {
  const shown = materials.map((one) => one.title).join(", ");
  if (topic === "" && shown === "") return {};
  return shown === "" ? { topic } : { topic: shown, curriculum: topic };
}

export function useSaid(session: string): Record<string, string> {
  const { value } = useLoad(`said ${session}`, () => made(session), NOW_AND_THEN);
  return value === null ? {} : fieldsOf(value);
}
