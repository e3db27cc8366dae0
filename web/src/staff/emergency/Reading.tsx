/** A client's progress notes, opened in an emergency: theirs and what they share with the group, newest session first. */
import { Icon, Notice } from "../../ui/index.ts";
import { dayOf, ownZone } from "../days.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { known, longDay, t as staff } from "../words/index.ts";
import { mine, notesOf } from "./door.ts";
import type { ReadSection } from "./door.ts";
import { stateOf, t } from "./words/index.ts";

export function Reading({ opening }: { opening: string }) {
  const loaded = useLoad(`emergency ${opening}`, () => notesOf(opening));
  const over = loaded.value !== null && !mine.value.some(({ id }) => id === opening);
  const sections = over ? [] : (loaded.value?.sections ?? []);
  const sessions = [...new Set(sections.map(({ session }) => session))];
  return (
    <div class="stack emergency">
      <header class="session-head">
        <a class="back" href={linkTo("emergency")}>
          <Icon name="back" />
          {t("title")}
        </a>
        <h1 tabIndex={-1}>{over || loaded.value === null ? t("notes") : t("notes_of", { name: loaded.value.opening.client_name })}</h1>
      </header>
      {loaded.code === "no_such_thing" || over ? <Notice tone="plain">{t("over")}</Notice> : <Failed loaded={loaded} />}
      {loaded.value === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {loaded.value !== null && !over && sections.length === 0 && <p class="card soft">{t("no_notes")}</p>}
      {sessions.map((session) => (
        <SessionNotes key={session} sections={sections.filter((one) => one.session === session)} />
      ))}
    </div>
  );
}

function SessionNotes({ sections }: { sections: readonly ReadSection[] }) {
  const first = sections[0];
  if (first === undefined) return null;
  return (
    <section class="card stack">
      <h2>
        {longDay(dayOf(first.starts, ownZone()))} <span class="soft legal">{known("kind", first.kind, "kind.unknown")}</span>
      </h2>
      {sections.map((one) => (
        <div key={one.about ?? "group"} class="stack tight">
          <h3>
            {t(one.about === null ? "shared" : "own")} <span class="chip">{stateOf(one.state)}</span>
          </h3>
          <div class="note-text">{one.text}</div>
        </div>
      ))}
    </section>
  );
}
