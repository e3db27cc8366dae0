/** The kinds of session, and what the rule packs in force say of each. */
import { Icon } from "../../ui/index.ts";
import { kindRules } from "../kinds.ts";
import type { KindRule } from "../kinds.ts";
import { useLoad } from "../load.ts";
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
      <Held />
    </>
  );
}

/** How each kind is held, by the pack of kinds in force. */
function Held() {
  const rules = useLoad("kinds", kindRules).value;
  if (rules === null) return null;
  return (
    <div class="stack">
      <h2 id="held-title">{t("held")}</h2>
      <p class="soft">{t("held.why", { rules: rules.rules })}</p>
      <div class="card table-card" role="region" aria-labelledby="held-title" tabIndex={0}>
        <table>
          <caption class="unseen">{t("held")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("kind")}</th>
              <th scope="col">{t("held.capacity")}</th>
              <th scope="col">{t("held.door")}</th>
              <th scope="col">{t("held.sees")}</th>
              <th scope="col">{t("held.camera")}</th>
              <th scope="col">{t("held.sound")}</th>
              <th scope="col">{t("held.record")}</th>
            </tr>
          </thead>
          <tbody>
            {rules.kinds.map((one) => (
              <tr key={one.kind}>
                <th scope="row">{staffKnown("kind", one.kind, "kind.unknown")}</th>
                <td>{one.capacity}</td>
                <td>{t(door(one))}</td>
                <td>{t(`held.sees.${one.sees}`)}</td>
                <td>{t(`held.camera.${one.camera}`)}</td>
                <td>{t(`held.media.${one.media}`)}</td>
                <td>{t(one.billing ? "held.record.billed" : one.notes ? "held.record.note" : "held.record.none")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function door({ waiting, drop_in }: KindRule): "held.door.waiting" | "held.door.waiting_open" | "held.door.open" | "held.door.straight" {
  if (waiting) return drop_in ? "held.door.waiting_open" : "held.door.waiting";
  return drop_in ? "held.door.open" : "held.door.straight";
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
