/** The texts that clients sign: what is in force, and the editor of the next version with its preview. */
import { useState } from "preact/hooks";

import { fill, when } from "../../text/catalogue.ts";
import { Button, Check, Dialog, Field, Icon, Notice } from "../../ui/index.ts";
import { HttpError } from "../../core/http.ts";
import { useLoad } from "../load.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { agreements, publish, version } from "./door.ts";
import type { AllAgreements, KindOf, Version, Words } from "./door.ts";
import { known, load, t } from "./words/index.ts";
import "./agreements.css";

await load();

const day = (at: number) => when(at, { dateStyle: "medium" });
const kindName = (kind: string) => known("kind", kind, "kind.unknown");
const languageName = (language: string) => known("language", language, "language.unknown");

export default function AgreementsPage({ rest: [kind = ""] }: PageProps) {
  const loaded = useLoad("agreements", agreements);
  const found = loaded.value?.kinds.find((one) => one.kind === kind);
  return (
    <div class="stack agreements">
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {loaded.value !== null && (found ? <Editor key={`${found.kind} ${found.current?.version ?? 0}`} all={loaded.value} kind={found} again={loaded.again} /> : <List all={loaded.value} />)}
    </div>
  );
}

function List({ all }: { all: AllAgreements }) {
  return (
    <>
      <h1 tabIndex={-1}>{t("title")}</h1>
      <Notice icon="info">{t("lead")}</Notice>
      <ul class="kinds">
        {all.kinds.map((one) => (
          <li key={one.kind} class="card stack" data-testid={`kind-${one.kind}`}>
            <div class="row spread">
              <h2>{kindName(one.kind)}</h2>
              <span class="chip" data-state={one.current ? "open" : "scheduled"}>
                {one.current ? t("published", { n: one.current.version, day: day(one.current.published) }) : t("none_yet")}
              </span>
            </div>
            <Facts kind={one} />
            <div>
              <a class="button" data-look="quiet" href={linkTo("agreements", one.kind)} data-testid={`edit-${one.kind}`}>
                {t("edit")}
                <span class="unseen">: {kindName(one.kind)}</span>
              </a>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Facts({ kind }: { kind: KindOf }) {
  return (
    <ul class="soft small plain">
      {kind.at_the_door && <li>{t("at_the_door")}</li>}
      {kind.holds && <li>{t("holds")}</li>}
      {kind.discloses && <li>{t("discloses")}</li>}
      <li>{t(`renewal.${kind.renewal}`)}</li>
      {kind.days > 0 && <li>{t("days", { n: kind.days })}</li>}
    </ul>
  );
}

function Editor({ all, kind, again }: { all: AllAgreements; kind: KindOf; again: () => void }) {
  const [texts, setTexts] = useState<Record<string, Words>>({ ...kind.proposal, ...kind.current?.texts });
  const [language, setLanguage] = useState("en");
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(false);
  const next = (kind.current?.version ?? 0) + 1;
  const text = texts[language] ?? { title: "", body: "" };
  const set = (part: Partial<Words>) => setTexts({ ...texts, [language]: { ...text, ...part } });
  const missing = kind.needs.filter((place) => !text.body.includes(`{${place}}`));
  return (
    <>
      <a href={linkTo("agreements")} class="row">
        <Icon name="back" />
        {t("back")}
      </a>
      <div class="row spread">
        <h1 tabIndex={-1}>{kindName(kind.kind)}</h1>
        <span class="chip" data-state={kind.current ? "open" : "scheduled"}>
          {kind.current ? t("published", { n: kind.current.version, day: day(kind.current.published) }) : t("none_yet")}
        </span>
      </div>
      <Facts kind={kind} />
      {done && <Notice role="status">{t("publish_done", { n: next - 1 })}</Notice>}
      {!kind.current && <Notice tone="warn">{t("proposal_note")}</Notice>}
      <div class="row" role="group" aria-label={t("text_body")}>
        {Object.keys(all.sample).map((one) => (
          <Button key={one} look={one === language ? "primary" : "quiet"} aria-pressed={one === language} onClick={() => setLanguage(one)} data-testid={`language-${one}`}>
            {languageName(one)}
          </Button>
        ))}
        {kind.current && (
          <Button look="plain" onClick={() => setTexts({ ...kind.proposal })}>
            {t("proposal")}
          </Button>
        )}
      </div>
      <div class="columns">
        <div class="card stack">
          <Field label={t("text_title")} name="title" lang={language} maxLength={200} value={text.title} onInput={(event) => set({ title: event.currentTarget.value })} />
          <Field
            kind="area"
            label={t("text_body")}
            hint={t("text_hint")}
            name="body"
            lang={language}
            rows={18}
            maxLength={20000}
            value={text.body}
            error={missing.length > 0 ? t("places_needed", { places: missing.map((place) => `{${place}}`).join(", ") }) : undefined}
            onInput={(event) => set({ body: event.currentTarget.value })}
          />
          {kind.needs.length > 0 && (
            <details>
              <summary>{t("places")}</summary>
              <ul class="soft small plain">
                {["name", "clinic", "recipient", "purposes", "matters", "until", "revocation"].map((place) => (
                  <li key={place}>{known("place", place, "place.unknown")}</li>
                ))}
              </ul>
            </details>
          )}
        </div>
        <Preview text={text} language={language} sample={all.sample[language] ?? {}} />
      </div>
      <div class="row">
        <Button look="primary" disabled={missing.length > 0} onClick={() => setAsking(true)} data-testid="publish">
          {t("publish", { n: next })}
        </Button>
      </div>
      {kind.current && kind.current.version > 1 && <Older kind={kind} />}
      {asking && (
        <Publish
          kind={kind}
          next={next}
          texts={texts}
          close={() => setAsking(false)}
          done={() => {
            setAsking(false);
            setDone(true);
            again();
          }}
        />
      )}
    </>
  );
}

function Preview({ text, language, sample }: { text: Words; language: string; sample: Readonly<Record<string, string>> }) {
  return (
    <section class="card stack" aria-labelledby="preview-title" data-testid="preview">
      <h2 id="preview-title">{t("preview")}</h2>
      <div class="agreed-text" lang={language} tabIndex={0} role="group" aria-label={text.title}>
        <h3>{fill(text.title, sample)}</h3>
        {text.body.split(/\n\s*\n/).map((paragraph, index) => (
          <p key={index}>{fill(paragraph, sample)}</p>
        ))}
      </div>
    </section>
  );
}

function Older({ kind }: { kind: KindOf }) {
  const [shown, setShown] = useState<Version | null>(null);
  const numbers = Array.from({ length: (kind.current?.version ?? 1) - 1 }, (_, index) => (kind.current?.version ?? 1) - 1 - index);
  return (
    <details class="card">
      <summary>{t("older")}</summary>
      <ul class="plain">
        {numbers.map((number) => (
          <li key={number} class="row spread">
            <span>{t("version", { n: number })}</span>
            <Button look="plain" onClick={() => void version(kind.kind, number).then(setShown, () => setShown(null))}>
              {t("show")}
              <span class="unseen">: {t("version", { n: number })}</span>
            </Button>
          </li>
        ))}
      </ul>
      {shown && (
        <Dialog title={t("published", { n: shown.version, day: day(shown.published) })} closeLabel={t("close")} onClose={() => setShown(null)}>
          {Object.entries(shown.texts).map(([language, words]) => (
            <div key={language} class="agreed-text" lang={language} tabIndex={0} role="group" aria-label={words.title}>
              <h3>{words.title}</h3>
              {words.body.split(/\n\s*\n/).map((paragraph, index) => (
                <p key={index}>{paragraph}</p>
              ))}
            </div>
          ))}
        </Dialog>
      )}
    </details>
  );
}

interface PublishProps {
  kind: KindOf;
  next: number;
  texts: Record<string, Words>;
  close: () => void;
  done: () => void;
}

function Publish({ kind, next, texts, close, done }: PublishProps) {
  const [anew, setAnew] = useState(false);
  const [counsel, setCounsel] = useState(false);
  const [tried, setTried] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function send(): Promise<void> {
    setTried(true);
    if (!counsel) return;
    setBusy(true);
    setWrong(null);
    try {
      await publish(kind.kind, { if_version: next - 1, texts, sign_anew: anew });
      done();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      setWrong(said(error));
    }
    setBusy(false);
  }

  return (
    <Dialog
      title={t("publish_title", { n: next })}
      closeLabel={t("close")}
      onClose={close}
      data-testid="publish-dialog"
      footer={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button look="primary" busy={busy} onClick={() => void send()} data-testid="publish-do">
            {t("publish", { n: next })}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>{t("publish_what")}</p>
        {kind.renewal === "every_version" && next > 1 && <p>{t("publish_every")}</p>}
        {kind.renewal === "marked_version" && next > 1 && <Check label={t("sign_anew")} name="anew" checked={anew} onChange={setAnew} />}
        <Check label={t("publish_counsel")} name="counsel" checked={counsel} onChange={setCounsel} error={tried && !counsel ? t("publish_counsel_missing") : undefined} />
        {wrong && (
          <Notice tone="bad" role="alert">
            {wrong}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}

/** What the server misses, in words: "place:es:until", "empty:es". */
function said(error: HttpError): string {
  if (error.code === "stale") return t("wrong_stale");
  const wrong = (error.body as { wrong?: readonly string[] } | null)?.wrong;
  if (!wrong) return t("wrong_other");
  const places = wrong.map((one) => {
    const [what = "", language = "", place = ""] = one.split(":");
    return what === "place" ? t("wrong_place", { place: `{${place}}`, language: languageName(language) }) : t("wrong_empty", { language: languageName(language) });
  });
  return t("wrong_places", { places: places.join(", ") });
}
