/** One section of a progress note: to write in as a draft, to read once it is signed. */
import { useComputed } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { when } from "../../text/catalogue.ts";
import { announce, Button, Icon, Notice } from "../../ui/index.ts";
import type { Draft, Phase } from "../autosave.ts";
import { templates } from "../notes.ts";
import type { Notebook, SectionKeeper } from "../notes.ts";
import { clockToTheSecond, sentence } from "../words/index.ts";
import { offeredFor } from "./begin.ts";
import { Conflict } from "./Conflict.tsx";
import { isEmpty, prefilled, refit, templateOf } from "./content.ts";
import type { Content } from "./content.ts";
import { may } from "./door.ts";
import { FactsLine } from "./FactsLine.tsx";
import { Fields } from "./Fields.tsx";
import { Found } from "./Found.tsx";
import { Goals } from "./Goals.tsx";
import { nameOf } from "./people.ts";
import type { Names } from "./people.ts";
import { Signed } from "./Signed.tsx";
import { known, t } from "./words/index.ts";

export interface SectionProps {
  readonly book: Notebook;
  readonly keeper: SectionKeeper;
  readonly names: Names;
  /** What a section without a word begins with. */
  readonly begin: string;
  /** Of the only client: the choice for all of them stands above, and is this one's as long as nothing is written. */
  readonly alone?: boolean;
  /** What the session has already said, for fields of that name that nobody has written in. */
  readonly said?: Readonly<Record<string, string>>;
}

export function Section({ book, keeper, names, begin, alone = false, said = {} }: SectionProps) {
  const { about } = keeper;
  const draft = keeper.draft.value;
  const section = keeper.section.value;
  const id = useId();
  const root = useRef<HTMLElement>(null);
  const name = nameOf(about, names);
  const legalName = names.get(about)?.legalName ?? "";
  const whose = legalName !== "" && legalName !== name ? `${name}, ${legalName}` : name;
  const phase = useComputed(() => keeper.draft.value.phase).value;
  useEffect(() => {
    if (phase === "conflict") announce(t("conflict.said", { name }), "assertive");
    else if (phase === "offline" || phase === "refused") announce(t(`phase.${phase}`));
  }, [phase, name]);

  // An empty section has the template that is chosen for it, or for all; one with words keeps its own.
  const [picked, setPicked] = useState<string | null>(null);
  const fresh = isEmpty(draft.content) && section.revision === 0;
  const chosen = fresh ? { ...draft.content, template: picked ?? begin } : draft.content;
  const template = templateOf(templates.value, chosen);
  const content = fresh ? prefilled(chosen, template, said) : chosen;
  const offered = offeredFor(about);
  const write = (next: Content) => keeper.tell({ kind: "typed", content: next, at: performance.now() });
  const choose = (id: string) => {
    setPicked(id);
    if (!fresh) write(refit(draft.content, templateOf(templates.value, { ...content, template: id })));
  };
  const show = (field: string, start: number, end: number) => {
    const area = root.current?.querySelector<HTMLTextAreaElement>(`textarea[data-field="${CSS.escape(field)}"]`);
    area?.focus();
    area?.setSelectionRange(start, end);
  };
  const found = (field: string) =>
    book.findings(about, field, draft.content).map((one) => (
      <Found
        key={one.id}
        finding={one}
        text={draft.content.fields[field] ?? ""}
        names={names}
        reason={book.answers.value.get(one.id) ?? ""}
        onReason={(reason) => book.answer(one.id, reason)}
        onShow={() => show(field, one.start, one.end)}
      />
    ));

  return (
    <section class="note stack" ref={root} aria-labelledby={`${id}-name`} data-phase={phase} data-section={about} data-state={section.state}>
      <div class="row spread note-top">
        <h3 id={`${id}-name`} tabIndex={-1}>
          {name}
          {legalName !== "" && legalName !== name && <span class="soft legal"> {legalName}</span>}
        </h3>
        <span class="note-status small" id={`${id}-status`} data-phase={phase} data-testid={`note-status-${about}`}>
          <Status draft={draft} state={section.state} />
        </span>
      </div>
      {section.facts !== null && <FactsLine facts={section.facts} whole={about === "group"} changed={section.facts_changed} />}
      {phase === "signed" ? (
        <Signed book={book} keeper={keeper} names={names} />
      ) : (
        <>
          <Fields
            content={content}
            template={template}
            whose={whose}
            hint={about !== "group" ? t("client_hint") : known("group_hint", book.planned.value.kind, "group_hint")}
            describedBy={`${id}-status`}
            testid={`note-${about}`}
            onWrite={write}
            onLeave={() => keeper.flush()}
            under={found}
          />
          {about !== "group" && (may("plan") || content.goals.length > 0) && (
            <Goals client={about} name={name} picked={content.goals} known={section.facts?.goals ?? []} onPick={(goals) => write({ ...content, goals })} />
          )}
          {offered.length > 1 && !(alone && fresh) && (
            <div class="note-template small">
              <label for={`${id}-template`}>
                {t("template")}
                <span class="unseen">: {name}</span>
              </label>
              <select
                id={`${id}-template`}
                class="input"
                value={template.id}
                data-testid={`template-${about}`}
                onChange={(event) => choose(event.currentTarget.value)}
              >
                {(offered.some((one) => one.id === template.id) ? offered : [template, ...offered]).map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.title}
                  </option>
                ))}
              </select>
            </div>
          )}
        </>
      )}
      {phase === "conflict" && draft.theirs !== null && (
        <Conflict keeper={keeper} mine={draft.content} theirs={draft.theirs.content} closed={draft.theirs.signed !== null} templates={templates.value} />
      )}
      {phase === "refused" && <Refused draft={draft} onAgain={() => keeper.flush()} />}
    </section>
  );
}

export function Refused({ draft, onAgain }: { draft: Draft; onAgain: () => void }) {
  return (
    <Notice tone="bad" role="status">
      <p>{sentence(draft.code ?? "internal")}</p>
      <p class="small">{t("still_here")}</p>
      <Button look="plain" onClick={onAgain}>
        {t("again")}
      </Button>
    </Notice>
  );
}

export function Status({ draft, state }: { draft: Draft; state: string }) {
  if (draft.phase === "saved") return <>{draft.base.saved === 0 ? t("empty") : t("saved", { time: clockToTheSecond(draft.base.saved) })}</>;
  if (draft.phase === "signed") {
    const time = when(draft.base.signed ?? draft.base.saved, { dateStyle: "medium", timeStyle: "short" });
    return (
      <>
        <Icon name={state === "signed" || state === "cosigned" ? "check" : "info"} />
        {known("state", state, "state.signed")} · {time}
      </>
    );
  }
  if (draft.phase === "offline") return <>{t("offline_short")}</>;
  return <>{t(`phase.${draft.phase}`)}</>;
}

/** What needs attention first says how all sections stand. */
const ORDER: readonly Phase[] = ["conflict", "refused", "offline", "saving", "draft", "saved", "signed"];

export function worst(all: readonly Draft[]): Phase {
  return ORDER.find((phase) => all.some((draft) => draft.phase === phase)) ?? "saved";
}

/** How all sections stand, in one line. */
export function Overall({ drafts, ended }: { drafts: readonly Draft[]; ended: boolean }) {
  const phase = worst(drafts);
  const at = Math.max(0, ...drafts.map((draft) => draft.base.saved));
  return (
    <p class="note-status" data-phase={phase} role={phase === "offline" ? "status" : undefined}>
      {phase === "signed" && t("signed_all")}
      {phase === "saved" && at === 0 && t(ended ? "nothing_yet" : "sign_later")}
      {phase === "saved" && at > 0 && (
        <span data-testid="note-saved">
          <Icon name="check" /> {t("saved", { time: clockToTheSecond(at) })}
        </span>
      )}
      {phase !== "signed" && phase !== "saved" && t(`phase.${phase}`)}
    </p>
  );
}
