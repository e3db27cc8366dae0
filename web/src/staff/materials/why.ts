/** Why something was refused, in the words of this page. */
import { HttpError } from "../../core/http.ts";
import { t } from "./words/index.ts";

const SAID = ["too_large", "unreadable", "too_many", "stale", "offline"] as const;

export function whyNot(error: unknown): string {
  const code = error instanceof HttpError ? error.code : "";
  const known = SAID.find((one) => one === code);
  return t(known === undefined ? "failed.else" : `failed.${known}`);
}
