/** The latest sessions as a row of marks, oldest first: each says in a word what its colour says. */
import type { Sessions } from "./door.ts";
import { told } from "./Figure.tsx";
import { t } from "./words/index.ts";

export function Strip({ ids, sessions }: { ids: readonly string[]; sessions: Sessions }) {
  if (ids.length === 0) return <span class="soft small">{t("strip.none")}</span>;
  return (
    <ol class="last-sessions" aria-label={t("strip.title", { n: ids.length })}>
      {ids.map((id) => {
        const session = sessions[id];
        if (session === undefined) return null;
        const how = session.came ? "came" : session.status === "excused" ? "excused" : "missed";
        return (
          <li key={id} data-how={how} title={told(session)}>
            <span class="unseen">{told(session)}</span>
          </li>
        );
      })}
    </ol>
  );
}
