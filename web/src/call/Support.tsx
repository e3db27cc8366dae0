/**
 * The quiet call for help. Whoever looks over the client's shoulder sees a button that was pressed like any other: after it
 * the caption is one word, and nothing opens, moves or changes colour. A press that was a mistake costs staff one glance.
 */
import { useEffect, useRef } from "preact/hooks";
import type { Session } from "../core/session.ts";
import { announce, IconButton } from "../ui/index.ts";
import { report } from "./refusal.ts";
import { t } from "./words/index.ts";

export function Support({ session, noted }: { session: Session; noted: string }) {
  const caption = t(noted === "called" ? "help_called" : noted === "answered" ? "help_answered" : "help_caption");
  const before = useRef(noted);
  useEffect(() => {
    if (before.current !== noted && noted !== "") announce(caption);
    before.current = noted;
  }, [noted]);
  return (
    <IconButton
      data-testid="help"
      icon="care"
      label={t("help_label", { state: caption })}
      caption={caption}
      onClick={() => void session.command("help", {}).then(report)}
    />
  );
}
