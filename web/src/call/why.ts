/** A refusal's code in words for the person who asked. */
import type { RefusalCode } from "../wire.ts";
import { t } from "../text/client.ts";

export function why(code: RefusalCode): string {
  switch (code) {
    case "malformed":
    case "unknown_message":
      return t("why_malformed");
    case "too_large":
      return t("why_too_large");
    case "too_many":
      return t("why_too_many");
    case "not_allowed":
      return t("why_not_allowed");
    case "not_now":
    case "no_media":
      return t("why_not_now");
    case "consent_missing":
      return t("why_consent_missing");
    case "quiet":
      return t("why_quiet");
    case "no_such_member":
      return t("why_no_such_member");
    case "looked_at":
      return t("why_looked_at");
    case "nobody_here":
      return t("why_nobody_here");
    // The others are answered by screens of their own, or are not asked for here.
    default:
      return t("why_other");
  }
}
