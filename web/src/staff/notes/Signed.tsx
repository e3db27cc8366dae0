/**
 * A signed section: what counts now, what came after the signature and who, and what may still be done. The original is
 * never further away than one click.
 */
import { useState } from "preact/hooks";

import { randomId } from "../../core/random.ts";
import { when } from "../../text/catalogue.ts";
import { announce, Button, Dialog, Field, Icon, Menu, Notice } from "../../ui/index.ts";
import type { MenuItem } from "../../ui/index.ts";
import { codeOf, me } from "../api.ts";
import { templates } from "../notes.ts";
import type { Notebook, SectionKeeper } from "../notes.ts";
import { useLoad } from "../load.ts";
import { save } from "../save.ts";
import { sentence, t as staff } from "../words/index.ts";
import { FREE, free, isEmpty, templateOf } from "./content.ts";
import type { Content } from "./content.ts";
import { act, history, may } from "./door.ts";
import type { Act, Lack, Later, NoteSection, People } from "./door.ts";
import { Fields } from "./Fields.tsx";
import { Found } from "./Found.tsx";
import { author, nameOf } from "./people.ts";
import { notePdf } from "./printing.ts";
import type { Names } from "./people.ts";
import { Written } from "./Written.tsx";
import { known, t } from "./words/index.ts";

const moment = (at: number): string => when(at, { dateStyle: "medium", timeStyle: "short" });

export interface SignedProps {
  readonly book: Notebook;
  readonly keeper: SectionKeeper;
  readonly names: Names;
}

type Doing = "addenda" | "corrections" | "error" | "history";

/** What waits for whom: the signed text first, else the last entry that nobody has co-signed. */
export function waitsFor(section: NoteSection): string | null {
  if (section.state !== "cosign_pending") return null;
  const open = section.later.filter((one) => one.supervisor !== null && !one.cosigned).at(-1);
  return open?.supervisor ?? section.supervisor;
}

export function Signed({ book, keeper, names }: SignedProps) {
  const section = keeper.section.value;
  const [doing, setDoing] = useState<Doing | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const print = async () => {
    setFailed(null);
    try {
      save(await notePdf(book.session, keeper.about), "progress-note.pdf");
      announce(staff("paper.saved"));
    } catch (error) {
      setFailed(codeOf(error));
    }
  };
  const goals = new Map(section.facts?.goals);
  const corrected = section.later.filter((one) => one.kind === "correction").at(-1);
  const error = section.later.some((one) => one.kind === "entered_in_error") && section.state === "entered_in_error";
  const waits = waitsFor(section);
  const mine = section.signed_by === me.value?.person;
  const mayCosign = waits !== null && !mine && may("note.cosign");
  const items: MenuItem[] = [
    { label: t("act.addendum"), icon: "note", act: () => setDoing("addenda"), testid: `addendum-${keeper.about}` },
    { label: t("act.correct"), icon: "copy", act: () => setDoing("corrections"), testid: `correction-${keeper.about}` },
    ...(error ? [] : [{ label: t("act.error"), icon: "warn", act: () => setDoing("error"), testid: `error-${keeper.about}` } satisfies MenuItem]),
  ];
  if (!may("note.sign")) items.length = 0;
  items.push({ label: t("act.history"), icon: "clock", act: () => setDoing("history"), testid: `history-${keeper.about}` });
  if (keeper.about !== "group" && may("note.read")) items.push({ label: t("act.print"), icon: "download", act: () => void print(), testid: `print-${keeper.about}` });
  return (
    <div class="signed stack tight" data-error={error}>
      <ul class="note-labels" aria-label={t("labels")}>
        {section.days_late > 0 && <Label tone="warn" text={t("label.late", { n: section.days_late })} />}
        {waits !== null && <Label tone="warn" text={waits === me.value?.person ? t("label.cosign_you") : t("label.cosign_by", { who: author(waits, book.people.value) })} />}
        {corrected !== undefined && <Label tone="plain" text={t("label.corrected")} />}
        {error && <Label tone="bad" text={t("label.error")} />}
        {section.answers.length > 0 && <Label tone="plain" text={t("label.answered", { n: section.answers.length })} />}
      </ul>
      <Written content={section.counts} template={templateOf(templates.value, section.counts)} goals={goals} testid={`note-${keeper.about}`} />
      <p class="small soft">
        {t("signed_by", { who: author(section.signed_by, book.people.value), time: moment(section.signed ?? section.saved) })}
      </p>
      {corrected !== undefined && (
        <details class="small" data-testid={`original-${keeper.about}`}>
          <summary>{t("original")}</summary>
          <Written content={section} template={templateOf(templates.value, section)} goals={goals} />
        </details>
      )}
      {section.answers.length > 0 && (
        <details class="small">
          <summary>{t("answered")}</summary>
          <ul class="plain-list">
            {section.answers.map((one) => (
              <li key={one.finding}>
                {one.rule === "name" ? t("answered.name", { matched: one.matched, reason: one.reason }) : t("answered.similar", { reason: one.reason })}
              </li>
            ))}
          </ul>
        </details>
      )}
      {section.later.map((one, place) => (
        <LaterEntry key={place} entry={one} people={book.people.value} />
      ))}
      <div class="row">
        {mayCosign && <Cosign book={book} keeper={keeper} revision={section.revision} />}
        <Menu label={t("act.more", { name: nameOf(keeper.about, names) })} items={items} data-testid={`note-more-${keeper.about}`} />
      </div>
      {failed !== null && (
        <Notice tone="bad" role="alert">
          {t("print.failed", { why: sentence(failed) })}
        </Notice>
      )}
      {doing === "history" && <Past book={book} keeper={keeper} onClose={() => setDoing(null)} />}
      {doing !== null && doing !== "history" && <Doing kind={doing} book={book} keeper={keeper} names={names} onClose={() => setDoing(null)} />}
    </div>
  );
}

function Label({ tone, text }: { tone: "warn" | "bad" | "plain"; text: string }) {
  return (
    <li class="chip" data-tone={tone}>
      {text}
    </li>
  );
}

function LaterEntry({ entry, people }: { entry: Later; people: People }) {
  return (
    <div class="later" data-kind={entry.kind}>
      <p class="small">
        <strong>{known("later", entry.kind, "later.addendum")}</strong> · {author(entry.author, people)} · {moment(entry.at)}
        {entry.supervisor !== null && <> · {entry.cosigned ? t("later.cosigned") : t("later.waits")}</>}
      </p>
      {entry.reason !== "" && <p class="small">{t("later.reason", { reason: entry.reason })}</p>}
      {entry.content !== null && entry.kind === "addendum" && <Written content={entry.content} template={templateOf(templates.value, entry.content)} />}
    </div>
  );
}

function Cosign({ book, keeper, revision }: { book: Notebook; keeper: SectionKeeper; revision: number }) {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const [op] = useState(randomId);
  const sign = async () => {
    setBusy(true);
    const answer = await act(book.session, keeper.about, revision, op, { kind: "cosign" });
    setBusy(false);
    if (answer.kind === "ok") {
      keeper.changed(answer.section);
      announce(t("cosigned_said"));
    } else if (answer.kind === "stale") {
      keeper.changed(answer.current);
      setCode("stale");
    } else setCode(answer.kind === "refused" ? answer.code : "unreachable");
  };
  return (
    <>
      <Button look="primary" icon="check" busy={busy} onClick={() => void sign()} data-testid={`cosign-${keeper.about}`}>
        {t("act.cosign")}
      </Button>
      {code !== null && (
        <p class="small bad" role="alert">
          {code === "unreachable" ? t("unreachable_try") : sentence(code)}
        </p>
      )}
    </>
  );
}

interface DoingProps {
  readonly kind: Exclude<Doing, "history">;
  readonly book: Notebook;
  readonly keeper: SectionKeeper;
  readonly names: Names;
  readonly onClose: () => void;
}

/** Words that were not sent when a dialog was closed, by session, section and kind. */
const unfinished = new Map<string, { content: Content; reason: string }>();

/** An addendum, a correction, or that it was entered in error. */
function Doing({ kind, book, keeper, names, onClose }: DoingProps) {
  const section = keeper.section.value;
  const name = `${book.session} ${keeper.about} ${kind}`;
  const left = unfinished.get(name);
  const [content, setContent] = useState<Content>(left?.content ?? (kind === "corrections" ? section.counts : free("")));
  const [reason, setReason] = useState(left?.reason ?? "");
  const [op, setOp] = useState(randomId);
  const [lacks, setLacks] = useState<readonly Lack[]>([]);
  const [answers, setAnswers] = useState<ReadonlyMap<string, string>>(new Map());
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const template = templateOf(templates.value, content);
  const changed = (next: Content, why: string) => {
    unfinished.set(name, { content: next, reason: why });
    setContent(next);
    setReason(why);
    setOp(randomId());
    setCode(null);
  };

  const send = async () => {
    if (kind !== "error" && isEmpty(content)) return setCode("empty");
    if (kind !== "addenda" && reason.trim() === "") return setCode("reason");
    setBusy(true);
    const given = [...answers].map(([finding, why]) => ({ finding, reason: why.trim() })).filter((one) => one.reason !== "");
    const what: Act =
      kind === "error"
        ? { kind, reason: reason.trim() }
        : kind === "addenda"
          ? { kind, content, answers: given }
          : { kind, content, answers: given, reason: reason.trim() };
    const answer = await act(book.session, keeper.about, section.revision, op, what);
    setBusy(false);
    if (answer.kind === "ok") {
      unfinished.delete(name);
      keeper.changed(answer.section);
      announce(t(`did.${kind}`));
      onClose();
    } else if (answer.kind === "stale") {
      keeper.changed(answer.current);
      setOp(randomId());
      setCode("stale");
    } else if (answer.kind === "incomplete") {
      setLacks(answer.unready);
      setOp(randomId());
      setCode("note_incomplete");
    } else setCode(answer.kind === "refused" ? answer.code : "unreachable");
  };

  return (
    <Dialog
      title={t(`do.${kind}`, { name: nameOf(keeper.about, names) })}
      closeLabel={t("close")}
      onClose={onClose}
      data-testid="note-later"
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look={kind === "error" ? "danger" : "primary"} busy={busy} onClick={() => void send()} data-testid="note-later-do">
            {t(`do.${kind}_do`)}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p class="soft">{t(`do.${kind}_why`)}</p>
        {code !== null && (
          <Notice tone="bad" role="alert">
            {code === "empty" || code === "reason" ? t(`do.no_${code}`) : code === "unreachable" ? t("unreachable_try") : sentence(code)}
          </Notice>
        )}
        {kind !== "error" && (
          <Fields
            content={content}
            template={kind === "addenda" ? templateOf(templates.value, { ...content, template: FREE }) : template}
            whose={t(`do.${kind}_text`)}
            hint=""
            testid="later-text"
            onWrite={(next) => changed(next, reason)}
            under={(field) =>
              lacks.flatMap(({ finding }) =>
                finding === null || finding.field !== field
                  ? []
                  : [
                      <Found
                        key={finding.id}
                        finding={finding}
                        text={content.fields[field] ?? ""}
                        names={names}
                        reason={answers.get(finding.id) ?? ""}
                        onReason={(why) => setAnswers(new Map(answers).set(finding.id, why))}
                        onShow={() => document.querySelector<HTMLTextAreaElement>('[data-testid="later-text"]')?.setSelectionRange(finding.start, finding.end)}
                      />,
                    ],
              )
            }
          />
        )}
        {kind !== "addenda" && (
          <Field label={t("do.reason")} hint={t("do.reason_hint")} value={reason} maxLength={500} data-testid="later-reason" onInput={(event) => changed(content, event.currentTarget.value)} />
        )}
      </div>
    </Dialog>
  );
}

/** Every revision, newest first. */
function Past({ book, keeper, onClose }: { book: Notebook; keeper: SectionKeeper; onClose: () => void }) {
  const loaded = useLoad(`history ${book.session} ${keeper.about}`, () => history(book.session, keeper.about));
  return (
    <Dialog title={t("history.title")} closeLabel={t("close")} onClose={onClose} data-testid="note-history">
      <div class="stack">
        {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
        {loaded.code !== null && (
          <Notice tone="warn" role="status">
            {sentence(loaded.code)}
          </Notice>
        )}
        {[...(loaded.value ?? [])].reverse().map((one) => (
          <details key={one.revision}>
            <summary>
              {known("did", one.did, "did.saved")} · {author(one.by, book.people.value)} · {moment(one.at)}
            </summary>
            <Written content={one} template={templateOf(templates.value, one)} />
          </details>
        ))}
        <p class="small soft digest">
          <Icon name="lock" /> {t("digest", { digest: keeper.section.value.digest })}
        </p>
      </div>
    </Dialog>
  );
}
