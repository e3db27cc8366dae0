/** Who is done: every section of the note with how far it is, each a step to it. */
import { Icon } from "../../ui/index.ts";
import type { IconName } from "../../ui/index.ts";
import { templates } from "../notes.ts";
import type { Notebook, SectionKeeper } from "../notes.ts";
import { progress, templateOf } from "./content.ts";
import { WHOLE } from "./SignList.tsx";
import { nameOf } from "./people.ts";
import type { Names } from "./people.ts";
import { t } from "./words/index.ts";

export type Stand = "empty" | "begun" | "written" | "lacks" | "trouble" | "signed" | "pending";

const ICONS: Record<Stand, IconName | null> = {
  empty: null,
  begun: "note",
  written: "check",
  lacks: "warn",
  trouble: "warn",
  signed: "lock",
  pending: "unlock",
};

export function standOf(book: Notebook, keeper: SectionKeeper): Stand {
  const draft = keeper.draft.value;
  const state = keeper.section.value.state;
  if (draft.phase === "conflict" || draft.phase === "refused") return "trouble";
  if (draft.phase === "signed") return state === "cosign_pending" ? "pending" : "signed";
  if (book.unready().some((lack) => !WHOLE.has(lack.what) && (lack.about ?? "group") === keeper.about)) return "lacks";
  return progress(draft.content, templateOf(templates.value, draft.content));
}

export function Overview({ book, keepers, names, onGo }: { book: Notebook; keepers: readonly SectionKeeper[]; names: Names; onGo: (about: string) => void }) {
  const stands = keepers.map((keeper) => standOf(book, keeper));
  const done = stands.filter((stand) => stand === "written" || stand === "signed" || stand === "pending").length;
  return (
    <nav class="note-list" aria-label={t("overview")}>
      <p class="small soft" data-testid="notes-done">
        {t("done_of", { done, n: keepers.length })}
      </p>
      <ol class="plain-list">
        {keepers.map((keeper, place) => {
          const stand = stands[place] ?? "empty";
          const icon = ICONS[stand];
          return (
            <li key={keeper.about}>
              <button type="button" data-stand={stand} onClick={() => onGo(keeper.about)} data-testid={`go-${keeper.about}`}>
                {icon === null ? <span class="dot" aria-hidden="true" /> : <Icon name={icon} />}
                <span class="who">{nameOf(keeper.about, names)}</span>
                <span class="unseen">, {t(`stand.${stand}`)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
