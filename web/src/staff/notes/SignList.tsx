/** Signing: the server's list of what is missing, each a step to its place; and once nothing is, the signature. */
import { useEffect, useRef, useState } from "preact/hooks";

import { randomId } from "../../core/random.ts";
import { announce, Button, Dialog, Icon, Notice } from "../../ui/index.ts";
import { attendanceChanges } from "../api.ts";
import { templates } from "../notes.ts";
import type { Notebook } from "../notes.ts";
import { linkTo } from "../route.ts";
import { sentence } from "../words/index.ts";
import { templateOf } from "./content.ts";
import type { Lack } from "./door.ts";
import { reasonOf } from "./Found.tsx";
import { inOrder, nameOf } from "./people.ts";
import type { Names } from "./people.ts";
import { t } from "./words/index.ts";

export interface SignListProps {
  readonly book: Notebook;
  readonly names: Names;
  readonly onGo: (about: string, field: string, finding: string | null) => void;
}

function wordsOf(lack: Lack, book: Notebook, names: Names): string {
  const who = nameOf(lack.about ?? "group", names);
  if (lack.finding !== null) return `${who}: ${reasonOf(lack.finding, names)}`;
  switch (lack.what) {
    case "empty":
      return t("lack.empty", { who });
    case "no_goal":
      return t("lack.no_goal", { who });
    case "field_empty": {
      const keeper = book.keepers.value.find(({ about }) => about === (lack.about ?? "group"));
      const template = keeper && templateOf(templates.value, keeper.draft.value.content);
      const field = template?.fields.find((one) => one.name === lack.field)?.title ?? lack.field;
      return t("lack.field_empty", { who, field });
    }
    case "no_cosigner":
      return t("lack.no_cosigner");
    case "not_attested":
      return t("lack.not_attested");
    default:
      return t("lack.unknown", { who });
  }
}

/** Of the whole note, and of no section. */
export const WHOLE: ReadonlySet<string> = new Set(["not_attested", "no_cosigner"]);

/** Where the roster is signed, on this page. */
const attest = (): HTMLElement | null => document.querySelector('[data-testid="attest"]');

export function SignList({ book, names, onGo }: SignListProps) {
  const checked = book.checked.value;
  const list = useRef<HTMLElement>(null);
  const places = new Map(inOrder(book.keepers.value, names).map(({ about }, place) => [about, place]));
  const place = ({ what, about }: Lack) => (WHOLE.has(what) ? -1 : (places.get(about ?? "group") ?? places.size));
  const unready = [...book.unready()].sort((a, b) => place(a) - place(b));
  const answered = (checked?.unready.length ?? 0) - unready.length;
  const shown = checked !== null;
  useEffect(() => {
    if (shown && unready.length > 0) list.current?.focus();
  }, [shown]);
  const changes = attendanceChanges.value;
  useEffect(() => {
    if (book.checked.peek() !== null) void book.check();
  }, [changes]);
  useEffect(() => {
    if (shown) announce(unready.length === 0 ? t("ready") : t("missing", { n: unready.length }));
  }, [unready.length]);
  if (checked === null) return null;
  return (
    <section class="sign-list stack tight" ref={list} tabIndex={-1} aria-labelledby="sign-list-title" data-testid="sign-list">
      <div class="row spread">
        <h3 id="sign-list-title">{unready.length === 0 ? t("ready") : t("missing", { n: unready.length })}</h3>
        <Button look="plain" onClick={() => (book.checked.value = null)}>
          {t("list_close")}
        </Button>
      </div>
      {unready.length > 0 && (
        <ul class="plain-list lacks-list" data-testid="sign-problem">
          {unready.map((lack) => {
            const about = lack.about ?? "group";
            const key = lack.finding?.id ?? `${lack.what} ${about} ${lack.field}`;
            if (lack.what === "not_attested" && attest() === null) {
              return (
                <li key={key}>
                  <a href={`/${linkTo("session", book.session)}`} data-testid="missing-attest">
                    {wordsOf(lack, book, names)}
                  </a>
                </li>
              );
            }
            if (lack.what === "no_cosigner") return <li key={key}>{wordsOf(lack, book, names)}</li>;
            const field = lack.what === "no_goal" ? "goals" : lack.field;
            const go = () => (lack.what === "not_attested" ? attest()?.focus() : onGo(about, field, lack.finding?.id ?? null));
            return (
              <li key={key}>
                <button type="button" class="lack" onClick={go} data-what={lack.what} data-testid={lack.what === "empty" ? `missing-${about}` : undefined}>
                  <Icon name={lack.finding !== null && !lack.finding.refuses ? "info" : "warn"} />
                  <span>{wordsOf(lack, book, names)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {answered > 0 && <p class="small soft">{t("answered_n", { n: answered })}</p>}
      {unready.length === 0 && <Confirm book={book} />}
    </section>
  );
}

/** Nothing is missing: what the signature means, and the signature. */
function Confirm({ book }: { book: Notebook }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const [op] = useState(randomId);
  const checked = book.checked.value;
  const drafts = book.keepers.value.filter(({ section }) => section.value.state === "draft").length;
  const sign = async () => {
    setBusy(true);
    const no = await book.sign(op);
    setBusy(false);
    setCode(no);
    if (no === null) announce(t("signed_all"));
    else if (no === "note_incomplete") setAsking(false);
  };
  return (
    <div class="row">
      <Button look="primary" icon="note" onClick={() => setAsking(true)} data-testid="sign-now">
        {t("sign")}
      </Button>
      {asking && (
        <Dialog
          title={t("sign_title")}
          closeLabel={t("close")}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{t("cancel")}</Button>
              <Button look="primary" busy={busy} onClick={() => void sign()} data-testid="sign-notes-confirm">
                {t("sign_do")}
              </Button>
            </>
          }
        >
          <div class="stack">
            <p>{t("sign_why", { n: drafts })}</p>
            {checked !== null && checked.days_late > 0 && <Notice tone="warn">{t("sign_late", { n: checked.days_late })}</Notice>}
            {checked !== null && checked.supervisor !== null && <Notice tone="plain">{t("sign_cosign")}</Notice>}
            {code !== null && (
              <Notice tone="bad" role="alert">
                {code === "unreachable" ? t("unreachable_try") : code === "unsaved" ? t("unsaved") : code === "stale" ? t("sign_stale") : sentence(code)}
              </Notice>
            )}
          </div>
        </Dialog>
      )}
    </div>
  );
}
