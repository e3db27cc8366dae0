/**
 * The whole of one plan: written, saved as versions, signed, put on a card. What may be done here is said by the server
 * with the plan: a client signs, staff sign beside them if their role may.
 */
import "@preact/signals";
import { useEffect, useState } from "preact/hooks";

import { HttpError } from "../core/http.ts";
import { when } from "../text/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Field } from "../ui/Field.tsx";
import { announce } from "../ui/LiveRegion.tsx";
import { Notice } from "../ui/Notice.tsx";
import type { Book } from "./book.ts";
import type { Line, Plan, PlanDoor, Version, WholeVersion } from "./door.ts";
import { Editor, type EditorProps } from "./Editor.tsx";
import { Reading } from "./Reading.tsx";
import { t, type Key } from "./words/index.ts";
import "./plan.css";

export { load as speak } from "./words/index.ts";

export interface DeskProps extends Omit<EditorProps, "book"> {
  readonly book: Book;
  readonly door: PlanDoor;
}

const day = (at: number) => when(at, { dateStyle: "medium" });

export function Desk({ book, door, ...editor }: DeskProps) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ key: Key; n?: number } | null>(null);
  const [signing, setSigning] = useState(false);
  const [open, setOpen] = useState<WholeVersion | null>(null);
  const plan = book.plan.value;
  const { writes, signs } = plan;
  const trouble = book.trouble.value;
  const latest = plan.versions[0];
  const asSigned = (latest?.signed ?? null) !== null && latest?.digest === plan.digest && !book.unsent.value;

  async function act(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setSaid(null);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      setSaid({ key: error.code === "offline" ? "offline" : "failed" });
    }
    setBusy(false);
  }

  const told = (key: Key, n?: number) => {
    setSaid(n === undefined ? { key } : { key, n });
    announce(n === undefined ? t(key) : t(key, { n }));
  };

  const keep = () =>
    act(async () => {
      if (!(await book.settle())) return setSaid({ key: "offline" });
      const before = plan.versions.length;
      const now = await door.keep();
      book.told(now);
      told(now.versions.length > before ? "kept" : "kept_before", now.versions.length);
    });
  const card = (number: number | null) => act(async () => offer(await door.card(number)));

  return (
    <div class="plan-desk">
      {trouble !== null && <Notice tone="warn" role="status">{t(trouble)}</Notice>}
      {book.left.value.map((words) => (
        <Notice key={words} tone="bad">
          {t("left", { words })}
        </Notice>
      ))}
      {writes ? <Editor key={plan.whose} book={book} {...editor} /> : <Reading plan={plan} lines={plan.lines} call={(name) => t("call", { name })} />}
      <div class="row plan-foot">
        {signs === "client" && (
          <Button
            look="primary"
            busy={busy}
            data-testid="plan-sign"
            onClick={() =>
              void act(async () => {
                if (!(await book.settle())) return setSaid({ key: "offline" });
                const now = book.plan.peek();
                if (asSigned) return told("sign_none");
                if (!now.lines.some((line) => line.text.trim() || line.phone.trim())) return told("sign_empty");
                setSigning(true);
              })
            }
          >
            {t("sign")}
          </Button>
        )}
        {writes && (
          <Button busy={busy} onClick={() => void keep()} data-testid="plan-keep">
            {t("keep")}
          </Button>
        )}
        <Button icon="download" busy={busy} onClick={() => void card(null)} data-testid="plan-card">
          {t("card")}
        </Button>
        <span role="status" class="soft small" data-testid="plan-state">
          {said ? t(said.key, said.n === undefined ? {} : { n: said.n }) : writes ? t(book.unsent.value ? "saving" : "saved") : ""}
        </span>
      </div>
      <section class="plan-versions" aria-labelledby="plan-versions">
        <h3 id="plan-versions">{t("versions")}</h3>
        {plan.versions.length === 0 && <p class="soft">{t("versions_none")}</p>}
        <ul class="plan-list">
          {plan.versions.map((version) => (
            <li key={version.number} data-testid={`plan-version-${version.number}`}>
              <Facts version={version} />
              <div class="row">
                <Button look="plain" onClick={() => void act(async () => setOpen(await door.version(version.number)))} data-testid={`plan-read-${version.number}`}>
                  {t("read")}
                  <span class="unseen">: {t("version", { n: version.number })}</span>
                </Button>
                {signs === "beside" && version.signed && !version.countersigned && (
                  <Button busy={busy} onClick={() => void act(async () => book.told(await door.countersign(version.number)))} data-testid={`plan-countersign-${version.number}`}>
                    {t("countersign")}
                    <span class="unseen">: {t("version", { n: version.number })}</span>
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ul>
      </section>
      {signing && (
        <SignDialog
          plan={plan}
          door={door}
          close={() => setSigning(false)}
          look={() => book.look()}
          done={(now) => {
            setSigning(false);
            book.told(now);
            book.saved(now.revision);
            told("sign_done");
          }}
        />
      )}
      {open && (
        <Dialog title={t("version", { n: open.number })} closeLabel={t("close")} onClose={() => setOpen(null)} data-testid="plan-open-version">
          <div class="stack">
            <Facts version={open} />
            <News version={open} />
            <Reading plan={{ sections: plan.sections, numbers: [] }} lines={open.lines} call={(name) => t("call", { name })} />
            <div>
              <Button icon="download" busy={busy} onClick={() => void card(open.number)}>
                {t("card")}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function Facts({ version }: { version: Version }) {
  return (
    <div class="plan-facts">
      <strong>{t("version", { n: version.number })}</strong>
      <span class="soft small">{t("version_by", { day: day(version.at), name: version.by })}</span>
      <span class="soft small">{version.signed ? t("signed", { day: day(version.signed.at), name: version.signed.name }) : t("signed_not")}</span>
      {version.countersigned && <span class="soft small">{t("countersigned", { day: day(version.countersigned.at), name: version.countersigned.name })}</span>}
    </div>
  );
}

const words = (line: Line) => [line.text, line.relation, line.phone].filter(Boolean).join(" · ");

function News({ version }: { version: WholeVersion }) {
  if (version.number === 1) return <p class="soft small">{t("new_first")}</p>;
  return (
    <section class="plan-news" aria-labelledby="plan-news" data-testid="plan-news">
      <h3 id="plan-news">{t("new")}</h3>
      <ul>
        {version.added.map((line) => (
          <li key={line.id}>
            <strong>{t("added")}:</strong> {words(line)}
          </li>
        ))}
        {version.changed.map(({ before, after }) => (
          <li key={after.id}>
            <strong>{t("changed")}:</strong> {words(after)} <span class="soft small">({t("was", { text: words(before) })})</span>
          </li>
        ))}
        {version.removed.map((line) => (
          <li key={line.id}>
            <strong>{t("removed")}:</strong> <s>{words(line)}</s>
          </li>
        ))}
        {version.moved && <li>{t("new_order")}</li>}
      </ul>
    </section>
  );
}

interface SignProps {
  readonly plan: Plan;
  readonly door: PlanDoor;
  readonly close: () => void;
  readonly look: () => Promise<void>;
  readonly done: (plan: Plan) => void;
}

function SignDialog({ plan: now, door, close, look, done }: SignProps) {
  // What is signed is what stands here; it does not change under the reader's eyes.
  const [plan, setPlan] = useState(now);
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const [wrong, setWrong] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (wrong === "sign_stale") setPlan(now);
  }, [now, wrong]);
  async function sign(): Promise<void> {
    setTried(true);
    if (busy || name.trim().length < 2) return;
    setBusy(true);
    setWrong(null);
    try {
      done(await door.sign(plan.digest, name.trim()));
      return;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      setWrong(error.code === "stale" ? "sign_stale" : error.code === "offline" ? "offline" : "failed");
      if (error.code === "stale") await look();
    }
    setBusy(false);
  }
  return (
    <Dialog title={t("sign_title")} closeLabel={t("close")} onClose={close} data-testid="plan-sign-dialog">
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void sign();
        }}
      >
        <p>{t("sign_lead")}</p>
        {wrong && <Notice tone="warn" role="alert">{t(wrong)}</Notice>}
        <Reading plan={{ sections: plan.sections, numbers: [] }} lines={plan.lines} call={(who) => t("call", { name: who })} />
        <Field label={t("sign_name")} hint={t("sign_name_hint")} name="plan-name" autoComplete="name" maxLength={120} value={name} onInput={(event) => setName(event.currentTarget.value)} error={tried && name.trim().length < 2 ? t("sign_name_missing") : undefined} />
        <div>
          <Button look="primary" type="submit" busy={busy} data-testid="plan-sign-do">
            {t("sign_do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Let the browser save it, under a name that says nothing. */
function offer(blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = "card.pdf";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
