/** What would keep rows from being billed, by what has to be done about it: one visit mends it for several people. */
import { Icon } from "../ui/index.ts";
import type { ClientPresence, Presence } from "./api.ts";
import { reasonsOf } from "./reasons.ts";
import { known, t } from "./words/index.ts";
import "./attendance.css";

export function LacksList({ shown }: { shown: Presence }) {
  const those = (reason: string): ClientPresence[] => shown.clients.filter((client) => client.not_billable.includes(reason));
  return (
    <ul class="plain-list">
      {reasonsOf(shown).map((reason) => (
        <li key={reason} data-reason={reason}>
          <Icon name="warn" />
          <div>
            <p>
              <strong>{known("reason", reason, "reason.unknown")}</strong>{" "}
              <span class="small">{whom(reason, those(reason), shown)}</span>
            </p>
            <p class="soft small">{known("mend", reason, "mend.unknown")}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The same eleven names three times are read by nobody; but how many minutes lack is each one's own. */
export function whom(reason: string, those: readonly ClientPresence[], shown: Pick<Presence, "clients">): string {
  const came = shown.clients.filter((client) => client.stays.length > 0).length;
  const name = (client: ClientPresence) => client.legal_name || client.alias;
  if (reason === "below_threshold") return those.map((client) => t("lacks.short_by", { name: name(client), n: client.minutes_short })).join(", ");
  if (those.length > 3 && those.length === came) return t("lacks.everybody", { n: came });
  return those.map(name).join(", ");
}
