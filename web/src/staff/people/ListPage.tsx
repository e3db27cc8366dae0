/** Clients: find one by the beginning of a name, or go through those of a status, a track or a counsellor. */
import { useEffect, useRef, useState } from "preact/hooks";

import { announce, Button, Field, Icon, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { sentence, shortDay } from "../words/index.ts";
import { choices, find, may } from "./door.ts";
import type { Listed, Row, Wanted } from "./door.ts";
import "./people.css";
import { known, load, t } from "./words/index.ts";

await load();

const NOBODY: Wanted = { text: "", status: "enrolled", track: "", counsellor: "" };
const STATUSES = ["enrolled", "admitted", "paused", "planned", "discharged", "none", "all"] as const;
/** Milliseconds without a key before the server is asked. */
const PAUSE = 180;
/** Whoever has a mouse has keys, too. */
const KEYS = matchMedia("(hover: hover)").matches;
/** What was looked for last: whoever comes back from a client finds the list as it was. */
let last = NOBODY;

export default function ListPage() {
  const [wanted, setWanted] = useState(last);
  const [asked, setAsked] = useState(last);
  const search = useRef<HTMLInputElement>(null);
  const offer = useLoad("choices", choices);
  const { found, code, busy, more, again } = useFound(asked);

  useEffect(() => {
    last = wanted;
    const timer = setTimeout(() => setAsked(wanted), wanted.text === asked.text ? 0 : PAUSE);
    return () => clearTimeout(timer);
  }, [wanted]);

  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest("input, select, textarea, dialog") !== null;
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      search.current?.focus();
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, []);

  useEffect(() => {
    if (found !== null && asked.text.trim() !== "") announce(t("list.found", { n: found.total }));
  }, [found?.total, asked.text]);

  // A clinic that keeps no enrolments still has clients: nobody should begin with an empty page.
  useEffect(() => {
    if (found?.total === 0 && asked === NOBODY) setWanted({ ...NOBODY, status: "all" });
  }, [found]);

  const put = (part: Partial<Wanted>) => setWanted({ ...wanted, ...part });
  const short = [...wanted.text.trim()].length === 1;
  const filtered = asked.text.trim() !== "" || asked.track !== "" || asked.counsellor !== "" || asked.status !== NOBODY.status;
  return (
    <div class="stack">
      <div class="day-head">
        <h1 tabIndex={-1}>{t("list.title")}</h1>
        {may("people.write") && (
          <a class="button" data-look="primary" href={linkTo("client", "new")} data-testid="new-client">
            {t("list.new")}
          </a>
        )}
      </div>
      <search class="card find">
        <Field
          label={t("list.search")}
          hint={short ? t("list.two") : KEYS ? `${t("list.search_hint")} ${t("list.search_key")}` : t("list.search_hint")}
          type="search"
          value={wanted.text}
          maxLength={120}
          autoComplete="off"
          spellcheck={false}
          ref={search}
          data-testid="find-client"
          onInput={(event) => put({ text: event.currentTarget.value, ...(wanted.text === "" ? { status: "all" } : {}) })}
        />
        <div class="filters">
          <Field kind="select" label={t("list.status")} value={wanted.status} onChange={(event) => put({ status: event.currentTarget.value })} data-testid="find-status">
            {STATUSES.map((status) => (
              <option key={status} value={status}>
                {t(`filter.${status}`)}
              </option>
            ))}
          </Field>
          <Field kind="select" label={t("list.track")} value={wanted.track} onChange={(event) => put({ track: event.currentTarget.value })}>
            <option value="">{t("filter.any")}</option>
            {offer.value?.tracks.map((track) => (
              <option key={track.code} value={track.code}>
                {track.title}
              </option>
            ))}
          </Field>
          <Field kind="select" label={t("list.counsellor")} value={wanted.counsellor} onChange={(event) => put({ counsellor: event.currentTarget.value })}>
            <option value="">{t("filter.any")}</option>
            <option value="none">{t("filter.nobody")}</option>
            {offer.value?.staff
              .filter((one) => one.leads)
              .map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
          </Field>
        </div>
      </search>
      {code !== null && (
        <Notice tone="warn" role="status" action={<Button look="plain" onClick={again}>{t("again")}</Button>}>
          <p>{sentence(code)}</p>
        </Notice>
      )}
      {found === null && code === null && <p class="soft">{t("loading")}</p>}
      {found?.total === 0 && !short && <Empty filtered={filtered} all={() => setWanted({ ...NOBODY, status: "all" })} />}
      {found !== null && found.total > 0 && (
        <>
          <p class="soft small" aria-live="off">
            {t("list.found", { n: found.total })}
          </p>
          <ul class="people" data-testid="clients">
            {found.clients.map((row) => (
              <Line key={row.id} row={row} counsellor={found.names[row.counsellor] ?? ""} track={offer.value?.tracks.find((one) => one.code === row.track)?.title ?? row.track} />
            ))}
          </ul>
          {found.next !== null && (
            <Button busy={busy} onClick={more} data-testid="more-clients">
              {t("list.more", { n: found.total - found.clients.length })}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function Line({ row, counsellor, track }: { row: Row; counsellor: string; track: string }) {
  return (
    <li>
      <a class="person" href={linkTo("client", row.id)}>
        <span class="name">
          <span class="alias">{row.alias}</span>
          <span class="soft legal">{row.legal_name}</span>
        </span>
        <span class="soft where">{[track, counsellor].filter((word) => word !== "").join(" · ")}</span>
        <span class="marks">
          {row.level !== "" && <span class="chip">{row.level.split(":").at(-1)}</span>}
          {row.status !== "" && <StatusChip row={row} />}
        </span>
        <Icon name="next" />
      </a>
    </li>
  );
}

export function StatusChip({ row }: { row: Pick<Row, "status" | "since"> }) {
  return (
    <span class="chip" data-enrolment={row.status} title={row.since === null ? undefined : t("since", { day: shortDay(row.since) })}>
      {known("status", row.status, "status.none")}
    </span>
  );
}

function Empty({ filtered, all }: { filtered: boolean; all: () => void }) {
  return (
    <div class="empty card">
      <Icon name="people" />
      <h2>{filtered ? t("list.none") : t("list.nobody")}</h2>
      <p class="soft">{filtered ? t("list.none_hint") : t("list.nobody_hint")}</p>
      <Button look="plain" onClick={all}>
        {t("list.all")}
      </Button>
    </div>
  );
}

/** A list and the pages of it that were asked for. An answer that comes too late is dropped. */
function useFound(asked: Wanted) {
  const [found, setFound] = useState<Listed | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const round = useRef(0);
  const ask = (start: number) => {
    const mine = ++round.current;
    setBusy(true);
    find(asked, start).then(
      (answer) => {
        if (mine !== round.current) return;
        setFound((before) =>
          start === 0 || before === null ? answer : { ...answer, clients: [...before.clients, ...answer.clients], names: { ...before.names, ...answer.names } },
        );
        setCode(null);
        setBusy(false);
      },
      (error: unknown) => {
        if (mine !== round.current) return;
        setCode(codeOf(error));
        setBusy(false);
      },
    );
  };
  useEffect(() => ask(0), [asked]);
  return { found, code, busy, more: () => ask(found?.next ?? 0), again: () => ask(0) };
}
