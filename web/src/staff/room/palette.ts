/** Commands by their names, and which of them somebody means. Pure. */
export interface Command {
  readonly id: string;
  readonly label: string;
  /** What else it may be called. */
  readonly also?: string;
  /** Before the buttons of the page: what somebody waits for. */
  readonly first?: boolean;
  /** The key that does the same. */
  readonly keys?: string;
  act(): void;
}

/** Every word of what was typed begins a word of the name; names that begin with it come first. */
export function meant(all: readonly Command[], typed: string): Command[] {
  const words = plain(typed).split(" ").filter(Boolean);
  const scored = all.flatMap((one) => {
    const name = plain(`${one.label} ${one.also ?? ""}`).split(" ");
    if (!words.every((word) => name.some((part) => part.startsWith(word)))) return [];
    return [{ one, first: words.length > 0 && plain(one.label).startsWith(words.join(" ")) }];
  });
  return scored.sort((a, b) => Number(b.first) - Number(a.first)).map(({ one }) => one);
}

/** Without accents, case and marks between words. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
