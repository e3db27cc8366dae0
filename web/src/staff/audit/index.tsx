/** The audit log, for whoever answers for it: who looked at or changed what, by time, person, action and client. */
import { useEffect, useState } from "preact/hooks";

import { announce, Button, Field, Icon, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { addDays, dayOf, ownZone } from "../days.ts";
import type { FoundClient } from "../emergency/door.ts";
import { useLoad } from "../load.ts";
import { save } from "../save.ts";
import { Failed } from "../State.tsx";
import { moment, sentence, t as staff } from "../words/index.ts";
import { all, colleagues, csv, findClients, search } from "./door.ts";
import type { AuditPage, Entry, Wanted } from "./door.ts";
import { load, t } from "./words/index.ts";
import "./audit.css";

await load();

const PAGE = 100;
const LEAST = 3;
const PAUSE = 300;
/** Beginnings of actions. */
const WHATS = ["roster", "notes", "note", "counselling", "break_glass", "people", "staff", "attendance", "consent", "disclosures", "coverage", "link", "api_key", "keys", "audit"] as const;

export default function AuditSearch() {
  const today = dayOf(Date.now(), ownZone());
  const [wanted, setWanted] = useState<Wanted>({ from: addDays(today, -6), to: today, actor: "", what: "", person: "" });
  const set = (part: Partial<Wanted>) => setWanted((before) => ({ ...before, ...part }));
  const staffNames = useLoad("colleagues", colleagues);
  const backwards = wanted.from > wanted.to;
  return (
    <div class="stack audit">
      <h1 tabIndex={-1}>{t("title")}</h1>
      <p class="soft">{t("why")}</p>
      <form class="card filters" onSubmit={(event) => event.preventDefault()}>
        <Field label={staff("attendance.from")} type="date" required value={wanted.from} onChange={(event) => event.currentTarget.value && set({ from: event.currentTarget.value })} />
        <Field
          label={staff("attendance.to")}
          type="date"
          required
          value={wanted.to}
          error={backwards ? staff("attendance.backwards") : undefined}
          onChange={(event) => event.currentTarget.value && set({ to: event.currentTarget.value })}
        />
        <Field kind="select" label={t("actor")} value={wanted.actor} onChange={(event) => set({ actor: event.currentTarget.value })} data-testid="audit-actor">
          <option value="">{t("anybody")}</option>
          <option value="system">{t("system")}</option>
          {staffNames.value?.map((one) => (
            <option key={one.id} value={one.id}>
              {one.legal_name}
            </option>
          ))}
        </Field>
        <Field kind="select" label={t("what")} value={wanted.what} onChange={(event) => set({ what: event.currentTarget.value })} data-testid="audit-what">
          <option value="">{t("anything")}</option>
          {WHATS.map((what) => (
            <option key={what} value={what}>
              {t(`what.${what}`)}
            </option>
          ))}
        </Field>
        <Client chosen={wanted.person} choose={(person) => set({ person })} />
      </form>
      {!backwards && <Found key={JSON.stringify(wanted)} wanted={wanted} />}
    </div>
  );
}

function Client({ chosen, choose }: { chosen: string; choose: (person: string) => void }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly FoundClient[]>([]);
  const [code, setCode] = useState<string | null>(null);
  useEffect(() => {
    if (text.trim().length < LEAST) {
      setFound([]);
      return undefined;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      findClients(text.trim()).then(
        (clients) => wanted && setFound(clients),
        (error: unknown) => wanted && setCode(codeOf(error)),
      );
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [text]);
  const known = found.find(({ id }) => id === chosen);
  return (
    <div class="stack tight">
      <Field
        label={t("client")}
        hint={t("client.hint")}
        autocomplete="off"
        value={text}
        error={code === null ? undefined : sentence(code)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          if (event.currentTarget.value === "") choose("");
        }}
        data-testid="audit-client"
      />
      {found.length > 0 && known === undefined && (
        <ul class="plain-list found-clients">
          {found.map((one) => (
            <li key={one.id}>
              <Button look="plain" onClick={() => choose(one.id)} data-testid={`audit-of-${one.id}`}>
                {one.legal_name}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {known !== undefined && (
        <p class="row small">
          {t("about", { name: known.legal_name })}
          <Button look="plain" icon="close" onClick={() => choose("")}>
            {t("everybody")}
          </Button>
        </p>
      )}
    </div>
  );
}

function Found({ wanted }: { wanted: Wanted }) {
  const loaded = useLoad("audit", () => search(wanted, null, PAGE));
  const [more, setMore] = useState<AuditPage | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const entries = [...(loaded.value?.entries ?? []), ...(more?.entries ?? [])];
  const cursor = (more ?? loaded.value)?.next ?? null;
  const next = async (after: string) => {
    setBusy(true);
    try {
      const page = await search(wanted, after, PAGE);
      setMore({ entries: [...(more?.entries ?? []), ...page.entries], next: page.next });
      setCode(null);
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  if (loaded.value === null) return loaded.code === null ? <p class="soft">{staff("loading")}</p> : <Failed loaded={loaded} />;
  return (
    <>
      <div class="row spread">
        <p class="soft" role="status">
          {cursor === null ? t("found", { n: entries.length }) : t("found_more", { n: entries.length })}
        </p>
        {entries.length > 0 && <Csv wanted={wanted} />}
      </div>
      {entries.length === 0 && cursor === null ? (
        <div class="empty card">
          <Icon name="info" />
          <h2>{t("none")}</h2>
          <p class="soft">{t("none_hint")}</p>
        </div>
      ) : (
        <Table entries={entries} />
      )}
      {code !== null && <Notice tone="bad">{sentence(code)}</Notice>}
      {cursor !== null && (
        <div>
          <Button busy={busy} onClick={() => void next(cursor)} data-testid="audit-more">
            {t("more")}
          </Button>
        </div>
      )}
    </>
  );
}

function Table({ entries }: { entries: readonly Entry[] }) {
  const zone = ownZone();
  return (
    <div class="card table-card" role="region" aria-label={t("title")} tabIndex={0}>
      <table data-testid="audit-entries">
        <caption class="unseen">{t("title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("at")}</th>
            <th scope="col">{t("actor")}</th>
            <th scope="col">{t("what")}</th>
            <th scope="col">{t("subject")}</th>
            <th scope="col" class="number">
              {t("number")}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((one) => (
            <tr key={one.place}>
              <td class="nowrap">{moment(one.at, zone)}</td>
              <td>{one.actor_name || (one.actor === "system" ? t("system") : <code>{one.actor}</code>)}</td>
              <td>
                <code>{one.action}</code>
              </td>
              <td>
                <code class="small">{one.subject}</code>
              </td>
              <td class="number">{one.number ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** All that was found, also what is not on the page. */
function Csv({ wanted }: { wanted: Wanted }) {
  const [count, setCount] = useState<number | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [left] = useState({ page: false });
  useEffect(
    () => () => {
      left.page = true;
    },
    [],
  );
  const download = async () => {
    setCode(null);
    setCount(0);
    try {
      const entries = await all(wanted, (n) => {
        setCount(n);
        return !left.page;
      });
      if (left.page) return;
      save(new Blob([csv(entries)], { type: "text/csv" }), "audit.csv");
      announce(staff("csv.done", { n: entries.length }));
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setCount(null);
    }
  };
  return (
    <div class="row">
      {code !== null && (
        <span class="small bad" role="alert">
          {staff("csv.failed", { why: sentence(code) })}
        </span>
      )}
      <Button icon="download" busy={count !== null} onClick={() => void download()} data-testid="audit-csv">
        {count === null ? staff("attendance.csv") : t("so_far", { n: count })}
      </Button>
    </div>
  );
}
