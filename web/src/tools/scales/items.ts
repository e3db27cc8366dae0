/** Words and values of items, in the reader's language. */
import type { ScaleGiven, ScaleItem } from "../../wire.ts";
import { t } from "./words/index.ts";

export function said(texts: Readonly<Record<string, string>>): string {
  return texts[document.documentElement.lang] ?? texts["en"] ?? "";
}

export function valueOf({ value }: ScaleGiven): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  return String(value);
}

/** An answer that staff should see first. */
export function calls(item: ScaleItem | undefined, given: ScaleGiven): boolean {
  return item?.signal !== null && item?.signal !== undefined && given.value === item.signal;
}
