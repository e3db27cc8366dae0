/**
 * Writing without a mouse: where the keys go. Every key has a modifier (WCAG 2.1.4), none is one that a screen reader
 * or a browser needs for reading. Owns focus among sections; what a section looks like is its own.
 */

/** What a key means, or null. */
export type Meaning = "next" | "previous" | "phrases" | "save" | "help";

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export function meaning({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): Meaning | null {
  if (!(ctrlKey || metaKey) || altKey) return null;
  if (key === "Enter") return shiftKey ? "previous" : "next";
  if (shiftKey && key !== "?") return null;
  if (key.toLowerCase() === "k") return "phrases";
  if (key.toLowerCase() === "s") return "save";
  return key === "/" || key === "?" ? "help" : null;
}

/** The names of the keys as this machine's keyboard has them. */
export const MODIFIER = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? "") ? "⌘" : "Ctrl";

const SECTIONS = "[data-section]";

/** Into the first place to write of a section; a section that is signed has its heading. */
export function enter(section: HTMLElement | null | undefined, field = ""): void {
  if (!section) return;
  const named = field === "" ? null : section.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  const place = named ?? section.querySelector<HTMLElement>("textarea") ?? section.querySelector<HTMLElement>("h3");
  place?.focus({ preventScroll: true });
  (named ?? section).scrollIntoView({ block: "nearest" });
  if (named === null) section.scrollIntoView({ block: "start" });
}

export function sectionOf(root: HTMLElement | null, about: string): HTMLElement | null {
  return root?.querySelector<HTMLElement>(`[data-section="${CSS.escape(about)}"]`) ?? null;
}

/** From the section that has the focus to the one after or before it, and round. */
export function go(root: HTMLElement, from: Element | null, by: 1 | -1): void {
  const all = [...root.querySelectorAll<HTMLElement>(SECTIONS)];
  const here = all.findIndex((one) => from !== null && one.contains(from));
  const next = here < 0 ? (by === 1 ? 0 : all.length - 1) : (here + by + all.length) % all.length;
  enter(all[next]);
}
