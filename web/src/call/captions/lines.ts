/** What stands in the captions, and whom they listen to. Pure. */
export interface Line {
  readonly member: number;
  readonly name: string;
  readonly text: string;
  readonly final: boolean;
  /** Of the last word. */
  readonly at: number;
}

/** As many as can be read at a time. */
const MOST_LINES = 3;
const STAYS_MS = 7000;
/** Each recogniser costs the device: whoever spoke last is listened to, before they have been silent long. */
const MOST_VOICES = 3;

/** A voice goes on in its last line until that is final. */
export function said(lines: readonly Line[], words: Omit<Line, "at">, now: number): readonly Line[] {
  const open = lines.findIndex((line) => line.member === words.member && !line.final);
  const line = { ...words, at: now };
  if (words.text === "") return lines;
  if (open < 0) return [...lines, line].slice(-MOST_LINES);
  return lines.map((old, index) => (index === open ? line : old));
}

export function readable(lines: readonly Line[], now: number): readonly Line[] {
  const left = lines.filter((line) => now - line.at < STAYS_MS);
  return left.length === lines.length ? lines : left;
}

/** `before`: whom they listened to so far, the last voice first. */
export function voices(before: readonly number[], present: readonly number[], speaking: readonly number[]): readonly number[] {
  const order = [...speaking, ...before, ...present].filter((one) => present.includes(one));
  return [...new Set(order)].slice(0, MOST_VOICES);
}
