/**
 * The notes of one session: a section for the group and one for each client who was present. The same panel stands on
 * the session's page and beside the video. When something is saved is decided in `autosave.ts`; this file only shows it.
 */
import { useComputed } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { announce, Button, Dialog, Icon, Notice } from "../ui/index.ts";
import { notesDoor, signIns } from "./api.ts";
import type { Draft, Phase } from "./autosave.ts";
import { Notebook } from "./notes.ts";
import type { About, Keeper } from "./notes.ts";
import { clockToTheSecond, sentence, t } from "./words/index.ts";
import { when } from "../text/catalogue.ts";

/** The server refuses longer sections. */
const LONGEST = 20_000;

export interface Named {
  readonly alias: string;
  readonly legalName: string;
}

export interface NotesProps {
  readonly book: Notebook;
  readonly names: ReadonlyMap<string, Named>;
  readonly ended: boolean;
}

/**
 * The notes of a session for as long as its page is open: null until they are wanted, because every reading is an entry
 * in the audit log. The panel may come and go meanwhile.
 */
export function useNotebook(session: string, wanted = true): Notebook | null {
  const [book, setBook] = useState<Notebook | null>(null);
  useEffect(() => {
    if (!wanted) return undefined;
    const made = new Notebook(session, notesDoor);
    made.open();
    setBook(made);
    return () => made.close();
  }, [session, wanted]);
  const signedIn = signIns.value;
  const before = useRef(signedIn);
  useEffect(() => {
    if (before.current !== signedIn) book?.retry();
    before.current = signedIn;
  }, [book, signedIn]);
  return book;
}

function nameOf(about: About, names: ReadonlyMap<string, Named>): string {
  if (about === "group") return t("notes.group");
  return names.get(about)?.alias ?? t("notes.client");
}

/** The group first, then clients as the roster has them. */
function inOrder(keepers: readonly Keeper[], names: ReadonlyMap<string, Named>): Keeper[] {
  const places = new Map([...names.keys()].map((person, place) => [person, place]));
  const place = (keeper: Keeper) => (keeper.about === "group" ? -1 : (places.get(keeper.about) ?? names.size));
  return [...keepers].sort((a, b) => place(a) - place(b));
}

/** What needs attention first says how all sections stand. */
const ORDER: readonly Phase[] = ["conflict", "refused", "offline", "saving", "draft", "saved", "signed"];

export function NotesPanel({ book, names, ended }: NotesProps) {
  const [signing, setSigning] = useState(false);
  const keepers = inOrder(book.keepers.value, names);
  const loading = book.loading.value;
  if (loading === "loading") return <p class="soft">{t("loading")}</p>;
  if (loading === "refused") return <Notice tone="plain">{t("notes.not_yours")}</Notice>;
  if (loading === "unreachable") {
    return (
      <Notice tone="warn" role="status">
        <p>{t("notes.unreachable")}</p>
        <Button look="plain" onClick={() => void book.look()}>
          {t("again")}
        </Button>
      </Notice>
    );
  }

  const all = keepers.map((keeper) => keeper.draft.value);
  const worst = ORDER.find((phase) => all.some((draft) => draft.phase === phase)) ?? "saved";
  const lastSaved = Math.max(0, ...all.map((draft) => draft.base.saved));
  const signed = all.length > 0 && all.every((draft) => draft.phase === "signed");
  return (
    <div class="notes stack">
      <div class="row spread notes-head">
        <p class="note-status" data-phase={worst}>
          {worst === "saved" && lastSaved === 0 ? t("notes.sign_later") : <Overall phase={worst} at={lastSaved} />}
        </p>
        {ended && !signed && (
          <Button look="primary" icon="note" onClick={() => setSigning(true)} data-testid="sign-notes">
            {t("notes.sign")}
          </Button>
        )}
      </div>
      {signed && <Notice icon="check">{t("notes.all_signed")}</Notice>}
      {keepers.map((keeper) => (
        <Section key={keeper.about} keeper={keeper} name={nameOf(keeper.about, names)} legalName={names.get(keeper.about)?.legalName ?? ""} />
      ))}
      {keepers.length <= 1 && !ended && <p class="soft small">{t("notes.nobody_yet")}</p>}
      {signing && <Sign book={book} names={names} onClose={() => setSigning(false)} />}
    </div>
  );
}

function Overall({ phase, at }: { phase: Phase; at: number }) {
  if (phase === "signed") return <>{t("notes.signed_all")}</>;
  if (phase !== "saved") return <>{t(`notes.${phase}`)}</>;
  return (
    <span data-testid="note-saved">
      <Icon name="check" /> {t("notes.saved", { time: clockToTheSecond(at) })}
    </span>
  );
}

function Section({ keeper, name, legalName }: { keeper: Keeper; name: string; legalName: string }) {
  const draft = keeper.draft.value;
  const id = useId();
  const phase = useComputed(() => keeper.draft.value.phase).value;
  useEffect(() => {
    if (phase === "conflict") announce(t("notes.conflict_said", { name }), "assertive");
    else if (phase === "offline" || phase === "refused") announce(t(`notes.${phase}`));
  }, [phase, name]);

  return (
    <section class="note stack" aria-labelledby={`${id}-name`} data-phase={phase}>
      <div class="row spread">
        <h3 id={`${id}-name`}>
          {name}
          {legalName !== "" && legalName !== name && <span class="soft legal"> {legalName}</span>}
        </h3>
        <span class="note-status small" id={`${id}-status`} data-phase={phase} data-testid={`note-status-${keeper.about}`}>
          <Status draft={draft} />
        </span>
      </div>
      {phase === "signed" ? (
        <div class="note-text" data-testid={`note-${keeper.about}`}>
          {draft.text === "" ? <span class="soft">{t("notes.nothing_written")}</span> : draft.text}
        </div>
      ) : (
        <textarea
          class="input note-text"
          rows={3}
          maxLength={LONGEST}
          value={draft.text}
          placeholder={keeper.about === "group" ? t("notes.group_hint") : t("notes.client_hint")}
          aria-label={legalName !== "" && legalName !== name ? `${name}, ${legalName}` : name}
          aria-describedby={`${id}-status`}
          data-testid={`note-${keeper.about}`}
          onInput={(event) => keeper.tell({ kind: "typed", text: event.currentTarget.value, at: performance.now() })}
          onBlur={() => keeper.flush()}
        />
      )}
      {phase === "conflict" && draft.theirs !== null && <Conflict keeper={keeper} mine={draft.text} theirs={draft.theirs.text} closed={draft.theirs.signed !== null} />}
      {phase === "refused" && (
        <Notice tone="bad" role="status">
          <p>{sentence(draft.code ?? "internal")}</p>
          <Button look="plain" onClick={() => keeper.flush()}>
            {t("again")}
          </Button>
        </Notice>
      )}
    </section>
  );
}

function Status({ draft }: { draft: Draft }) {
  switch (draft.phase) {
    case "saved":
      return draft.base.saved === 0 ? <>{t("notes.empty")}</> : <>{t("notes.saved", { time: clockToTheSecond(draft.base.saved) })}</>;
    case "signed":
      return <>{t("notes.signed", { time: when(draft.base.signed ?? draft.base.saved, { dateStyle: "medium", timeStyle: "short" }) })}</>;
    case "offline":
      return <>{t("notes.offline_short")}</>;
    case "draft":
    case "saving":
    case "conflict":
    case "refused":
      return <>{t(`notes.${draft.phase}`)}</>;
  }
}

/** Both texts and a choice; until then nothing is saved. */
function Conflict({ keeper, mine, theirs, closed }: { keeper: Keeper; mine: string; theirs: string; closed: boolean }) {
  const id = useId();
  const choose = (text: string) => keeper.tell({ kind: "resolve", text });
  return (
    <div class="conflict stack" role="group" aria-labelledby={id} data-testid="note-conflict">
      <p id={id}>
        <strong>{closed ? t("notes.conflict_signed") : t("notes.conflict_why")}</strong>
      </p>
      <div class="both">
        <div>
          <h4>{t("notes.mine")}</h4>
          <div class="note-text">{mine}</div>
        </div>
        <div>
          <h4>{t("notes.theirs")}</h4>
          <div class="note-text">{theirs}</div>
        </div>
      </div>
      <div class="row">
        {!closed && (
          <>
            <Button onClick={() => choose(`${theirs}\n\n${mine}`)} data-testid="conflict-both">
              {t("notes.keep_both")}
            </Button>
            <Button onClick={() => choose(mine)} data-testid="conflict-mine">
              {t("notes.keep_mine")}
            </Button>
          </>
        )}
        <Button onClick={() => choose(theirs)} data-testid="conflict-theirs">
          {closed ? t("notes.discard_mine") : t("notes.use_theirs")}
        </Button>
      </div>
    </div>
  );
}

function Sign({ book, names, onClose }: { book: Notebook; names: ReadonlyMap<string, Named>; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ code: string; missing: readonly About[] } | null>(null);
  const named = new Set(problem?.code === "note_incomplete" ? problem.missing : []);
  const missing = inOrder(book.keepers.value, names)
    .filter(({ about, draft }) => (named.size > 0 ? named.has(about) : draft.value.text.trim() === ""))
    .map(({ about }) => about);

  const sign = async () => {
    setBusy(true);
    const no = await book.sign();
    setBusy(false);
    if (no === null) {
      announce(t("notes.all_signed"));
      onClose();
    } else setProblem(no);
  };
  const write = (about: About) => {
    onClose();
    // After the dialog has given the focus back.
    setTimeout(() => document.querySelector<HTMLElement>(`[data-testid="note-${CSS.escape(about)}"]`)?.focus());
  };

  return (
    <Dialog
      title={t("notes.sign_title")}
      closeLabel={t("close")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" busy={busy} onClick={() => void sign()} data-testid="sign-notes-confirm">
            {t("notes.sign_do")}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>{t("notes.sign_why")}</p>
        {problem !== null && (
          <Notice tone="bad" role="alert" data-testid="sign-problem">
            {sentence(problem.code)}
          </Notice>
        )}
        {missing.length > 0 && (
          <div class="stack">
            <p>{t("notes.missing", { n: missing.length })}</p>
            <ul class="plain-list">
              {missing.map((about) => (
                <li key={about}>
                  <Button look="plain" onClick={() => write(about)} data-testid={`missing-${about}`}>
                    {nameOf(about, names)}
                  </Button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Dialog>
  );
}
