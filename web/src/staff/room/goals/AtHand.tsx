/**
 * The goals of the client's treatment plan beside the video: a tick says that a goal was worked on today, and is the same
 * tick as in the note. Nothing is seen of it while this page's screen is shared.
 */
import { useComputed } from "@preact/signals";

import type { Session } from "../../../core/session.ts";
import { IconButton, Notice, useFocusBack } from "../../../ui/index.ts";
import type { RoomView } from "../../../wire.ts";
import { beginOf } from "../../notes/begin.ts";
import { isEmpty } from "../../notes/content.ts";
import { Goals } from "../../notes/Goals.tsx";
import { nameOf } from "../../notes/people.ts";
import type { Named } from "../../notes/people.ts";
import type { Notebook, SectionKeeper } from "../../notes.ts";
import { t } from "./words/index.ts";
import "../../notes/notes.css";

export interface AtHandProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly book: Notebook | null;
  readonly names: ReadonlyMap<string, Named>;
  readonly onClose: () => void;
}

export function AtHand({ session, room, book, names, onClose }: AtHandProps) {
  const sharing = useComputed(() => session.state.value.wanted.screen).value;
  const panel = useFocusBack();
  const loading = book?.loading.value ?? "loading";
  const clients = new Set(room.members.filter((one) => one.role === "client").map((one) => one.person));
  const keepers = (book?.keepers.value ?? []).filter(({ about }) => about !== "group" && (clients.size === 0 || clients.has(about)));
  return (
    <aside class="panel goals-panel" aria-labelledby="goals-title" data-testid="goals" ref={panel}>
      <header>
        <h2 id="goals-title">{t("title")}</h2>
        <IconButton icon="close" label={t("close")} onClick={onClose} />
      </header>
      <div class="rail-body stack">
        {sharing ? (
          <Notice tone="plain" role="status" data-testid="goals-hidden">
            {t("hidden")}
          </Notice>
        ) : book === null || loading === "loading" ? (
          <p class="soft">{t("loading")}</p>
        ) : loading !== "ready" ? (
          <Notice tone="plain">{t("refused")}</Notice>
        ) : keepers.length === 0 ? (
          <p class="soft">{t("nobody")}</p>
        ) : (
          <>
            <p class="soft small">{t("lead")}</p>
            {keepers.map((keeper) => (
              <Of key={keeper.about} book={book} keeper={keeper} name={nameOf(keeper.about, names)} />
            ))}
          </>
        )}
      </div>
    </aside>
  );
}

function Of({ book, keeper, name }: { book: Notebook; keeper: SectionKeeper; name: string }) {
  const { content, phase } = keeper.draft.value;
  const section = keeper.section.value;
  if (phase === "signed") return <Notice tone="plain">{t("signed")}</Notice>;
  const pick = (goals: readonly string[]) => {
    // A note without a word begins with the template that it would begin with in its own panel.
    const fresh = isEmpty(content) && section.revision === 0;
    const template = fresh ? beginOf(book, "client") : content.template;
    keeper.tell({ kind: "typed", content: { ...content, template, goals }, at: performance.now() });
    keeper.flush();
  };
  return (
    <section class="stack" aria-label={name}>
      <h3>{name}</h3>
      <Goals client={keeper.about} name={name} picked={content.goals} known={section.facts?.goals ?? []} onPick={pick} />
    </section>
  );
}
