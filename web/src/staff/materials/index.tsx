/** The library of materials: put in a PDF, say what it is, look at it, put it aside. */
import { useRef, useState } from "preact/hooks";

import { when } from "../../text/catalogue.ts";
import { announce, Button, Dialog, IconButton, Notice } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { Edit, Facts } from "./Edit.tsx";
import { library, pageOf, pdfOf, save, upload } from "./door.ts";
import type { Library, Material } from "./door.ts";
import { whyNot } from "./why.ts";
import { load, t } from "./words/index.ts";
import "./materials.css";

await load();

const MB = 1 << 20;
export default function MaterialsPage() {
  const loaded = useLoad("materials", library);
  const [open, setOpen] = useState<{ edit: Material } | { look: Material } | null>(null);
  const [error, setError] = useState<string | null>(null);
  const found = loaded.value;
  const shown = found?.materials.filter((one) => !one.archived) ?? [];
  const aside = found?.materials.filter((one) => one.archived) ?? [];
  const put = (one: Material, archived: boolean) => {
    setError(null);
    save(one, { ...one, title: one.title || t("untitled"), archived }).then(loaded.again, (no: unknown) => setError(whyNot(no)));
  };
  const list = (some: readonly Material[]) => (
    <ul class="library">
      {some.map((one) => (
        <Card key={one.id} one={one} onEdit={() => setOpen({ edit: one })} onLook={() => setOpen({ look: one })} onPut={(archived) => put(one, archived)} />
      ))}
    </ul>
  );
  return (
    <div class="stack materials">
      <h1 tabIndex={-1}>{t("title")}</h1>
      <p class="soft">{t("lead")}</p>
      <Failed loaded={loaded} />
      {error !== null && (
        <Notice tone="bad" role="alert">
          {error}
        </Notice>
      )}
      {found === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {found !== null && (
        <>
          <Add library={found} onDone={loaded.again} />
          {shown.length === 0 ? <p class="soft">{t("none")}</p> : list(shown)}
          {aside.length > 0 && (
            <details>
              <summary>{t("aside_list")}</summary>
              {list(aside)}
            </details>
          )}
          {open !== null && "edit" in open && (
            <Edit
              one={open.edit}
              library={found}
              onClose={() => setOpen(null)}
              onSaved={() => {
                setOpen(null);
                loaded.again();
              }}
            />
          )}
          {open !== null && "look" in open && <Look one={open.look} onClose={() => setOpen(null)} />}
        </>
      )}
    </div>
  );
}

function Card({ one, onEdit, onLook, onPut }: { one: Material; onEdit: () => void; onLook: () => void; onPut: (archived: boolean) => void }) {
  const title = one.title || t("untitled");
  return (
    <li class="card stack tight" data-testid={`material-${one.id}`}>
      <img class="first-page" src={pageOf(one, 0)} alt="" loading="lazy" />
      <h2 lang={one.language}>{title}</h2>
      {one.topic !== "" && <p>{one.topic}</p>}
      <p class="small soft">
        {[t("pages", { n: one.pages }), t("size", { n: Math.max(0.1, Math.round((10 * one.bytes) / MB) / 10) }), t("added", { day: when(one.added, { dateStyle: "medium" }) })].join(" · ")}
      </p>
      {one.quiz.length > 0 && <p class="small soft">{t("quiz_of", { n: one.quiz.length })}</p>}
      <div class="row">
        <Button onClick={onEdit} data-testid="material-edit">
          {t("edit")}
          <span class="unseen">: {title}</span>
        </Button>
        <Button look="plain" onClick={onLook}>
          {t("look")}
          <span class="unseen">: {title}</span>
        </Button>
        <a class="button" data-look="plain" href={pdfOf(one)} download="handout.pdf">
          {t("download")}
          <span class="unseen">: {title}</span>
        </a>
        <Button look="plain" onClick={() => onPut(!one.archived)} data-testid="material-aside">
          {one.archived ? t("back") : t("aside")}
          <span class="unseen">: {title}</span>
        </Button>
      </div>
    </li>
  );
}

function Add({ library: found, onDone }: { library: Library; onDone: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [facts, setFacts] = useState({ title: "", topic: "", language: "en" });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);

  const send = async () => {
    const file = input.current?.files?.[0];
    setDone(null);
    if (!file) {
      setError(t("no_file"));
      return;
    }
    if (file.size > found.most_bytes) {
      setError(t("failed.too_large"));
      return;
    }
    setError(null);
    setBusy(true);
    announce(t("sending"));
    try {
      const fresh = await upload(file);
      const title = facts.title.trim() || fresh.title || t("untitled");
      await save(fresh, { ...facts, title, archived: false, quiz: [] });
      setDone(title);
      setFacts({ ...facts, title: "" });
      if (input.current) input.current.value = "";
    } catch (no) {
      setError(whyNot(no));
    } finally {
      setBusy(false);
      onDone();
    }
  };

  return (
    <form
      class="card stack"
      aria-labelledby="add-title"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void send();
      }}
    >
      <h2 id="add-title">{t("add")}</h2>
      <div class="field">
        <label for="material-file">{t("file")}</label>
        <p class="hint" id="material-file-hint">
          {t("file_hint", { mb: Math.round(found.most_bytes / MB), pages: found.most_pages })}
        </p>
        <input id="material-file" class="input" type="file" accept="application/pdf,.pdf" ref={input} aria-describedby="material-file-hint" data-testid="material-file" />
      </div>
      <Facts facts={facts} topics={found.topics} onChange={setFacts} />
      {busy && <Notice>{t("sending")}</Notice>}
      {error !== null && (
        <Notice tone="bad" role="alert">
          {error}
        </Notice>
      )}
      {done !== null && (
        <Notice icon="check" role="status">
          <span data-testid="material-done">{t("sent", { title: done })}</span>
        </Notice>
      )}
      <div>
        <Button type="submit" look="primary" busy={busy} data-testid="material-send">
          {t("send")}
        </Button>
      </div>
    </form>
  );
}

function Look({ one, onClose }: { one: Material; onClose: () => void }) {
  const [page, setPage] = useState(0);
  const where = t("page_n", { n: page + 1, all: one.pages });
  return (
    <Dialog title={one.title || t("untitled")} closeLabel={t("close")} onClose={onClose}>
      <img class="whole-page" src={pageOf(one, page)} alt={where} />
      <div class="row spread">
        <IconButton icon="back" label={t("page_n", { n: Math.max(1, page), all: one.pages })} aria-disabled={page === 0} onClick={() => setPage(Math.max(0, page - 1))} />
        <span aria-live="polite">{where}</span>
        <IconButton icon="next" label={t("page_n", { n: Math.min(one.pages, page + 2), all: one.pages })} aria-disabled={page + 1 >= one.pages} onClick={() => setPage(Math.min(one.pages - 1, page + 1))} />
      </div>
    </Dialog>
  );
}

