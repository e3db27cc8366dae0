/** One client: who they are and how they stand today, and a tab for each part of their record. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentType } from "preact";

import { Button, Icon, Notice } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { ClientForm } from "./ClientForm.tsx";
import { choices, client } from "./door.ts";
import type { Client } from "./door.ts";
import { StatusChip } from "./ListPage.tsx";
import { TABS } from "./tabs.ts";
import type { Tab, TabProps } from "./tabs.ts";
import "./people.css";
import { load, t } from "./words/index.ts";
import { shown } from "./shown.ts";

await load();

export default function ClientPage({ rest: [id = "", tab = ""] }: PageProps) {
  if (id === "new") return <ClientForm known={null} />;
  return <One key={id} id={id} tab={tab} />;
}

function One({ id, tab }: { id: string; tab: string }) {
  const loaded = useLoad(`client ${id} ${shown.value}`, () => client(id));
  const [kept, setKept] = useState<Client | null>(null);
  useEffect(() => {
    if (loaded.value !== null) setKept(loaded.value);
  }, [loaded.value]);
  const now = loaded.value ?? kept;
  if (now === null) {
    return (
      <div class="stack">
        <Back />
        <h1 tabIndex={-1}>{t("client.title")}</h1>
        <Failed loaded={loaded} />
        {loaded.code === null && <p class="soft">{t("loading")}</p>}
      </div>
    );
  }
  if (tab === "edit") return <ClientForm known={now} />;
  return (
    <div class="stack">
      <Back />
      <Head client={now} />
      <Failed loaded={loaded} />
      <Tabs client={now} tab={tab} />
    </div>
  );
}

function Back() {
  return (
    <a class="back" href={linkTo("clients")}>
      <Icon name="back" /> {t("client.back")}
    </a>
  );
}

function Head({ client: { id, alias, legal_name, pronouns, mrn, today, counsellor_name, may } }: { client: Client }) {
  const offer = useLoad("choices", choices);
  const track = offer.value?.tracks.find((one) => one.code === today.track)?.title ?? today.track;
  const words = [track, today.level === "" ? "" : t("level", { code: today.level }), counsellor_name];
  return (
    <header class="client-head">
      <div>
        <h1 tabIndex={-1}>
          {alias} <span class="soft legal">{legal_name}</span>
        </h1>
        <p class="row small">
          {today.status !== "" && <StatusChip row={today} />}
          <span class="soft">{words.filter((word) => word !== "").join(" · ")}</span>
        </p>
        {(pronouns !== "" || mrn !== "") && <p class="soft small">{[pronouns, mrn === "" ? "" : t("mrn", { mrn })].filter((word) => word !== "").join(" · ")}</p>}
      </div>
      {may.includes("people.write") && (
        <a class="button" data-look="quiet" href={linkTo("client", id, "edit")} data-testid="edit-client">
          {t("client.edit")}
        </a>
      )}
    </header>
  );
}

const fetched = new Map<string, ComponentType<TabProps>>();

function Tabs({ client: { id, may }, tab }: { client: Client; tab: string }) {
  const open = TABS.filter((one) => one.may.some((action) => may.includes(action)));
  const now = open.find((one) => one.id === tab) ?? open[0];
  const bar = useRef<HTMLElement>(null);
  // On a phone the row of tabs is wider than the screen: whoever comes by an address sees which one is open.
  useEffect(() => {
    const chosen = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (bar.current && chosen) bar.current.scrollLeft = chosen.offsetLeft - (bar.current.clientWidth - chosen.offsetWidth) / 2;
  }, [now?.id]);
  return (
    <>
      <nav class="tabs" ref={bar} aria-label={t("client.tabs")}>
        {open.map((one) => (
          <a key={one.id} href={linkTo("client", id, one.id)} aria-current={one === now ? "page" : undefined} data-testid={`tab-${one.id}`}>
            {t(one.label)}
          </a>
        ))}
      </nav>
      {now === undefined ? <p class="soft">{t("client.nothing")}</p> : <Content key={`${id} ${now.id}`} tab={now} client={id} />}
    </>
  );
}

function Content({ tab, client: id }: { tab: Tab; client: string }) {
  const [, drawn] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (fetched.has(tab.id)) return;
    let wanted = true;
    tab.load().then(
      (module) => {
        fetched.set(tab.id, module.default);
        if (wanted) drawn((n) => n + 1);
      },
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [tab]);
  const Shown = fetched.get(tab.id);
  if (failed) {
    return (
      <Notice tone="warn" role="alert" action={<Button look="plain" onClick={() => location.reload()}>{t("again")}</Button>}>
        <p>{t("client.not_fetched")}</p>
      </Notice>
    );
  }
  return Shown === undefined ? <p class="soft">{t("loading")}</p> : <Shown client={id} />;
}
