/**
 * The notes of one session: a section for the group and one for each client who was present, a list of who is done, and
 * signing. The same panel stands on the session's page and beside the video; it is wide or narrow by its own room, not by
 * the window's. When something is saved is decided in `autosave.ts`, what a section looks like in `notes/`.
 */
import { useMemo, useRef, useState } from "preact/hooks";

import { announce, Button, Icon, IconButton, Notice } from "../ui/index.ts";
import { beginOf, chooseFor, offeredFor } from "./notes/begin.ts";
import { Counselling } from "./notes/Counselling.tsx";
import { inserted } from "./notes/content.ts";
import { may } from "./notes/door.ts";
import { enter, go, meaning, sectionOf } from "./notes/keys.ts";
import { KeysHelp } from "./notes/KeysHelp.tsx";
import { Overview } from "./notes/Overview.tsx";
import { inOrder, nameOf } from "./notes/people.ts";
import type { Named } from "./notes/people.ts";
import { Phrases } from "./notes/Phrases.tsx";
import { Overall, Section, worst } from "./notes/Section.tsx";
import { SignList } from "./notes/SignList.tsx";
import { known, t } from "./notes/words/index.ts";
import type { Notebook } from "./notes.ts";
import { useSaid } from "./said.ts";
import type { SectionKeeper } from "./notes.ts";
import { sentence } from "./words/index.ts";
import "./notes/notes.css";

export { useNotebook } from "./notebook.ts";
export type { Named } from "./notes/people.ts";

export interface NotesProps {
  readonly book: Notebook;
  readonly names: ReadonlyMap<string, Named>;
  readonly ended: boolean;
}

export function NotesPanel({ book, names, ended }: NotesProps) {
  const loading = book.loading.value;
  if (loading === "loading") return <p class="soft">{t("loading")}</p>;
  if (loading === "refused") return <Notice tone="plain">{t("not_yours")}</Notice>;
  if (loading === "unreachable") {
    return (
      <Notice tone="warn" role="status">
        <p>{t("unreachable")}</p>
        <Button look="plain" onClick={() => void book.look()}>
          {t("again")}
        </Button>
      </Notice>
    );
  }
  return <Composer book={book} names={names} ended={ended} />;
}

/** Where the caret was when the phrases were asked for. */
interface Asked {
  readonly area: HTMLTextAreaElement;
  readonly about: string;
  readonly start: number;
  readonly end: number;
}

function Composer({ book, names: people, ended }: NotesProps) {
  const { kind } = book.planned.value;
  const names = useMemo(() => new Map([...people, ["group", { alias: known("group_of", kind, "group"), legalName: "" }]]), [people, kind]);
  const said = useSaid(book.session);
  const [own, setOwn] = useState(false);
  const [help, setHelp] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const keepers = inOrder(book.keepers.value, names);
  const drafts = keepers.map((keeper) => keeper.draft.value);
  const phase = worst(drafts);
  const signed = keepers.length > 0 && phase === "signed";
  const begins = offeredFor("client");
  const begin = beginOf(book, "client", chosen);

  const jump = (about: string, field = "", finding: string | null = null) => {
    const section = sectionOf(root.current, about);
    enter(section, field);
    if (finding !== null) section?.querySelector<HTMLElement>(`[data-finding="${CSS.escape(finding)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const means = meaning(event);
    const from = event.target instanceof Element ? event.target : null;
    if (means === null || root.current === null || from?.closest("dialog")) return;
    if (means === "phrases") {
      const about = from?.closest<HTMLElement>("[data-section]")?.dataset["section"];
      if (!(from instanceof HTMLTextAreaElement) || about === undefined || !may("phrases")) return;
      event.preventDefault();
      setAsked({ area: from, about, start: from.selectionStart, end: from.selectionEnd });
      return;
    }
    event.preventDefault();
    if (means === "next") go(root.current, from, 1);
    else if (means === "previous") go(root.current, from, -1);
    else if (means === "help") setHelp(true);
    else void book.settle().then((done) => announce(done ? t("saved_all") : t("unsaved")));
  };
  const insert = (text: string) => {
    if (asked === null) return;
    const { area, start, end } = asked;
    const { text: next, caret } = inserted(area.value, start, end, text);
    setAsked(null);
    area.value = next;
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    // After the dialog has given the focus back.
    setTimeout(() => {
      area.focus();
      area.setSelectionRange(caret, caret);
    });
  };
  const choose = (id: string) => {
    setChosen(id);
    chooseFor(book.planned.peek().begins.client, id);
  };

  return (
    <div class="notes stack" ref={root} onKeyDown={onKeyDown}>
      <div class="notes-head stack tight">
        <div class="row spread">
          <Overall drafts={drafts} ended={ended} />
          <div class="row note-tools">
            <IconButton icon="info" label={t("keys.title")} onClick={() => setHelp(true)} data-testid="keys-open" />
            {ended && !signed && keepers.length > 0 && !own && <Sign book={book} />}
          </div>
        </div>
        {may("counselling.write") && (
          <div class="kinds" role="group" aria-label={t("kinds")}>
            <button type="button" aria-pressed={!own} onClick={() => setOwn(false)} data-testid="kind-progress">
              <Icon name="note" />
              {t("kind.progress")}
            </button>
            <button type="button" aria-pressed={own} onClick={() => setOwn(true)} data-testid="kind-own">
              <Icon name="lock" />
              {t("kind.own")}
            </button>
          </div>
        )}
      </div>
      {own ? (
        <Counselling session={book.session} abouts={keepers.map(({ about }) => about)} names={names} ended={ended} />
      ) : (
        <>
          <p class="small soft">{t("kind.progress_why")}</p>
          {signed && <Signatures keepers={keepers} />}
          <SignList book={book} names={names} onGo={jump} />
          {begins.length > 1 && !signed && keepers.some(({ about }) => about !== "group") && (
            <div class="note-template">
              <label for="note-begin" class="small">
                {t("template_all")}
              </label>
              <select id="note-begin" class="input" value={begin} onChange={(event) => choose(event.currentTarget.value)} data-testid="template-all">
                {begins.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.title}
                  </option>
                ))}
              </select>
            </div>
          )}
          <div class="composer">
            {keepers.length > 2 && <Overview book={book} keepers={keepers} names={names} onGo={jump} />}
            <div class="stack sections">
              {keepers.map((keeper) => (
                <Section
                  key={keeper.about}
                  book={book}
                  keeper={keeper}
                  names={names}
                  {...(keeper.about === "group" && { said })}
                  alone={keepers.length === 1 && keeper.about !== "group"}
                  begin={keeper.about === "group" ? beginOf(book, "group") : begin}
                />
              ))}
              {keepers.every(({ about }) => about === "group") && !ended && <p class="soft small">{t("nobody_yet")}</p>}
            </div>
          </div>
        </>
      )}
      {help && <KeysHelp onClose={() => setHelp(false)} />}
      {asked !== null && (
        <Phrases
          client={asked.about === "group" || asked.about.startsWith("own-") ? null : asked.about}
          name={nameOf(asked.about, names)}
          selection={asked.area.value.slice(asked.start, asked.end)}
          onInsert={insert}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}

function Signatures({ keepers }: { keepers: readonly SectionKeeper[] }) {
  const waiting = keepers.filter(({ section }) => section.value.state === "cosign_pending").length;
  if (waiting > 0) return <Notice tone="warn">{t("cosign_waits", { n: waiting })}</Notice>;
  return <Notice icon="check">{t("all_signed")}</Notice>;
}

/** Asks what is missing; the list, or the signature, then stands above the sections. */
function Sign({ book }: { book: Notebook }) {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const check = async () => {
    setBusy(true);
    setCode(await book.check());
    setBusy(false);
  };
  return (
    <>
      {code !== null && (
        <span class="small bad" role="alert">
          {code === "unreachable" ? t("unreachable_try") : code === "unsaved" ? t("unsaved") : sentence(code)}
        </span>
      )}
      <Button look={book.checked.value === null ? "primary" : "quiet"} icon="note" busy={busy} onClick={() => void check()} data-testid="sign-notes">
        {book.checked.value === null ? t("sign_check") : t("sign_check_again")}
      </Button>
    </>
  );
}
