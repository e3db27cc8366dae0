/**
 * The keys of the room. Each has a modifier or is a function key (WCAG 2.1.4). Places are named by the key's place on the
 * keyboard (`code`), because Alt makes other letters of some.
 */
import { MODIFIER } from "../notes/keys.ts";
import type { Word } from "./words/index.ts";

export type Means = "palette" | "toolbar" | "people" | "notes" | "messages" | "admit" | "help";

interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export const KEYS: readonly { readonly means: Means; readonly word: Word }[] = [
  { means: "palette", word: "keys_palette" },
  { means: "toolbar", word: "keys_toolbar" },
  { means: "admit", word: "keys_admit" },
  { means: "people", word: "go_people" },
  { means: "messages", word: "go_messages" },
  { means: "notes", word: "go_notes" },
  { means: "help", word: "keys_help" },
];

const WITH_ALT: Readonly<Record<string, Means>> = { KeyP: "people", KeyN: "notes", KeyM: "messages", KeyA: "admit" };

/** What a key means, or null. */
export function meaning({ key, code, ctrlKey, metaKey, altKey, shiftKey }: Pressed): Means | null {
  if (key === "F2" && !ctrlKey && !metaKey && !altKey && !shiftKey) return "toolbar";
  if (!(ctrlKey || metaKey) || shiftKey) return null;
  if (altKey) return WITH_ALT[code] ?? null;
  if (key.toLowerCase() === "k") return "palette";
  return key === "/" ? "help" : null;
}

/** The key, as this machine's keyboard has it. */
export function shown(means: Means): string {
  if (means === "toolbar") return "F2";
  if (means === "palette") return `${MODIFIER} K`;
  if (means === "help") return `${MODIFIER} /`;
  const letter = Object.keys(WITH_ALT).find((code) => WITH_ALT[code] === means)?.slice(-1) ?? "";
  return `${MODIFIER} Alt ${letter}`;
}
