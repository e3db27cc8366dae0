/** What a lint found in a text, beside that text: the words, where they stand, and why they may stay. */
import { useId } from "preact/hooks";

import { Button, Icon } from "../../ui/index.ts";
import { excerpt } from "./content.ts";
import type { Finding } from "./door.ts";
import { nameOf } from "./people.ts";
import type { Names } from "./people.ts";
import { t } from "./words/index.ts";

export function Excerpt({ text, start, end }: { text: string; start: number; end: number }) {
  const { before, marked, after } = excerpt(text, start, end);
  return (
    <p class="excerpt small">
      {before}
      <mark>{marked}</mark>
      {after}
    </p>
  );
}

export function reasonOf(finding: Finding, names: Names): string {
  const whose = finding.subject === null ? t("client") : nameOf(finding.subject, names);
  if (finding.rule === "name") {
    if (!finding.refuses) return t("found.maybe_name", { matched: finding.matched, whose });
    return finding.kind === "initials" ? t("found.initials", { matched: finding.matched, whose }) : t("found.name", { matched: finding.matched, whose });
  }
  if (finding.kind === "last_note") return t("found.last_note", { percent: finding.percent });
  return t("found.similar", { percent: finding.percent, whose });
}

export interface FoundProps {
  readonly finding: Finding;
  readonly text: string;
  readonly names: Names;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly onShow: () => void;
}

export function Found({ finding, text, names, reason, onReason, onShow }: FoundProps) {
  const id = useId();
  const answered = reason.trim() !== "";
  return (
    <div class="found" data-refuses={finding.refuses} data-answered={answered} role="group" aria-labelledby={`${id}-why`} data-testid={`finding-${finding.id}`}>
      <p id={`${id}-why`}>
        <Icon name={answered ? "check" : "warn"} /> {reasonOf(finding, names)}
      </p>
      {finding.rule === "name" && <Excerpt text={text} start={finding.start} end={finding.end} />}
      <Button look="plain" onClick={onShow}>
        {t("found.show")}
      </Button>
      <div class="field">
        <label for={`${id}-reason`} class="small">
          {finding.refuses ? t("found.override") : t("found.answer")}
        </label>
        <input
          id={`${id}-reason`}
          class="input"
          value={reason}
          maxLength={500}
          list={`${id}-usual`}
          data-finding={finding.id}
          data-testid={`reason-${finding.id}`}
          onInput={(event) => onReason(event.currentTarget.value)}
        />
        <datalist id={`${id}-usual`}>
          {(finding.rule === "name" ? [t("found.usual.word"), t("found.usual.another")] : [t("found.usual.same"), t("found.usual.unchanged")]).map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </div>
    </div>
  );
}
