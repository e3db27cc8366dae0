/** The note of a session that somebody else leads, as far as it waits for my signature. */
import { useState } from "preact/hooks";

import { Icon } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { NotesPanel, useNotebook } from "../NotesPanel.tsx";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { longDay } from "../words/index.ts";
import { dayOf } from "../days.ts";
import { toCosign } from "./door.ts";
import type { ToCosign } from "./door.ts";
import { t } from "./words/index.ts";
import "./notes.css";

export default function OneToCosign({ rest: [session = ""] }: PageProps) {
  return <CosignPage key={session} session={session} />;
}

function CosignPage({ session }: { session: string }) {
  const book = useNotebook(session);
  // What was signed here leaves the queue, and its names should stay.
  const [seen] = useState(() => new Map<string | null, ToCosign>());
  const queue = useLoad(`cosign ${session}`, toCosign);
  for (const one of queue.value ?? []) if (one.session === session) seen.set(one.about, one);
  const mine = [...seen.values()];
  const names = new Map(mine.flatMap(({ about, about_name: name }) => (about === null ? [] : [[about, { alias: name, legalName: name }]])));
  const first = mine[0];
  return (
    <div class="stack">
      <header class="session-head">
        <a class="back" href={linkTo("sign")}>
          <Icon name="back" />
          {t("tosign.title")}
        </a>
        <h1 tabIndex={-1}>{first?.title ?? t("cosign_page.title")}</h1>
        {first !== undefined && <p class="soft">{longDay(dayOf(first.starts, first.zone))}</p>}
      </header>
      <section class="card stack" aria-labelledby="notes-title">
        <h2 id="notes-title">{t("cosign_page.title")}</h2>
        <p class="soft small">{t("cosign_page.what")}</p>
        {book !== null && <NotesPanel book={book} names={names} ended />}
      </section>
    </div>
  );
}
