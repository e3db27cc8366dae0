/** How a session stands, in a word and a colour; and the two ways in which a page can have nothing to show. */
import { Button, Notice } from "../ui/index.ts";
import type { SessionSummary } from "./api.ts";
import type { Loaded } from "./load.ts";
import { sentence, t } from "./words/index.ts";

export function State({ of }: { of: Pick<SessionSummary, "state"> }) {
  return (
    <span class="chip" data-state={of.state}>
      {t(`state.${of.state}`)}
    </span>
  );
}

/** Shows why the last attempt to load failed; whatever is on the page may be old. */
export function Failed({ loaded }: { loaded: Loaded<unknown> }) {
  if (loaded.code === null || loaded.code === "not_signed_in") return null;
  return (
    <Notice tone="warn" role="status">
      <p>{loaded.value === null ? sentence(loaded.code) : t("stale_page", { why: sentence(loaded.code) })}</p>
      <Button look="plain" onClick={loaded.again}>
        {t("again")}
      </Button>
    </Notice>
  );
}
