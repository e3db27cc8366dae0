/** The kinds of session, and what the rule packs in force say of each. */
import { Icon } from "../../ui/index.ts";
import { known as staffKnown } from "../words/index.ts";
import type { Settings } from "./door.ts";
import { t } from "./words/index.ts";

export function Kinds({ settings: { kinds, programme } }: { settings: Settings }) {
  return (
    <>
      <p class="soft">{programme.caps === "" ? t("kinds.why") : t("kinds.why_caps", { caps: programme.caps })}</p>
      <div class="card table-card" role="region" aria-label={t("part.kinds")} tabIndex={0}>
        <table>
          <caption class="unseen">{t("part.kinds")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("kind")}</th>
              <th scope="col">{t("kind.counts")}</th>
              <th scope="col">{t("kind.paid")}</th>
              <th scope="col">{t("kind.most")}</th>
              <th scope="col">{t("kind.note")}</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map((one) => (
              <tr key={one.kind}>
                <th scope="row">
                  {staffKnown("kind", one.kind, "kind.unknown")} <code class="soft small">{one.kind}</code>
                </th>
                <td>
                  <YesNo yes={one.counts} />
                </td>
                <td>
                  <YesNo yes={one.paid} />
                </td>
                <td>{one.cap === null ? <span class="soft">{t("no_cap")}</span> : t(`cap.${one.cap.counts}`, { n: one.cap.most })}</td>
                <td>{one.alone ? t("note.alone") : t("note.shared")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function YesNo({ yes }: { yes: boolean }) {
  return yes ? (
    <span class="row tight">
      <Icon name="check" />
      {t("yes")}
    </span>
  ) : (
    <span class="soft">{t("no")}</span>
  );
}
