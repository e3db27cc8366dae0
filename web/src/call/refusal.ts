/** What was refused last, in words, for a while: the room shows it above the gallery. */
import { signal } from "@preact/signals";
import type { Answer } from "../core/session.ts";
import { why } from "./why/why.ts";
import { t } from "./words/index.ts";

const SHOWN_MS = 6000;

export const refusal = signal<string | null>(null);

export function report(answer: Answer): void {
  if (answer.ok) return;
  const said = t("call_refused", { why: why(answer.code) });
  refusal.value = said;
  setTimeout(() => {
    if (refusal.value === said) refusal.value = null;
  }, SHOWN_MS);
}
