/** A refusal's code in words for the person who asked. */
import type { RefusalCode } from "../../wire.ts";
import { t } from "./words/index.ts";

export function why(code: RefusalCode): string {
  switch (code) {
    case "malformed":
    case "unknown_message":
      return t("malformed");
    case "too_large":
      return t("too_large");
    case "too_many":
      return t("too_many");
    case "not_allowed":
      return t("not_allowed");
    case "not_now":
    case "no_media":
      return t("not_now");
    case "consent_missing":
      return t("consent_missing");
    case "quiet":
      return t("quiet");
    case "no_such_member":
      return t("no_such_member");
    case "looked_at":
      return t("looked_at");
    case "nobody_here":
      return t("nobody_here");
    // The others are answered by screens of their own, or are not asked for here.
    default:
      return t("other");
  }
}
