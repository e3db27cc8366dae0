/** How a session or an attendance stands, in a word and a colour; and why a page has nothing new to show. */
import { Button, Notice } from "../ui/index.ts";
import type { AttendanceRow, SessionSummary } from "./api.ts";
import type { Loaded } from "./load.ts";
import { standing } from "./strip.ts";
import { known, sentence, t } from "./words/index.ts";

export function State({ of }: { of: Pick<SessionSummary, "state"> }) {
  return (
    <span class="chip" data-state={of.state}>
      {t(`state.${of.state}`)}
    </span>
  );
}

/** How one client's attendance is judged, or how it stands while the session goes on. */
export function Status({ row }: { row: Pick<AttendanceRow, "status" | "intervals"> }) {
  return <StatusWord status={standing(row.status, row.intervals)} />;
}

export function StatusWord({ status }: { status: string }) {
  return (
    <span class="chip" data-status={status}>
      {known("status", status, "status.unknown")}
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
