/** Who changed what of a client's record, and what it said before. */
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { moment } from "../words/index.ts";
import { choices, history } from "./door.ts";
import type { Change, Contact } from "./door.ts";
import { shown } from "./shown.ts";
import type { TabProps } from "./tabs.ts";
import { ownZone } from "../days.ts";
import { called, known, t } from "./words/index.ts";

export default function Changes({ client: id }: TabProps) {
  const loaded = useLoad(`changes ${id} ${shown.value}`, () => history(id));
  const offer = useLoad("choices", choices);
  const zone = offer.value?.zone ?? ownZone();
  return (
    <section class="card stack" aria-labelledby="changes">
      <h2 id="changes">{t("changes.title")}</h2>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {loaded.value?.length === 0 && <p class="soft">{t("changes.none")}</p>}
      <ol class="lines">
        {loaded.value?.map((one) => (
          <li key={one.revision}>
            <div>
              <p>
                <strong>{known("change", one.what, "change.changed")}</strong>{" "}
                <span class="soft small">
                  {one.at > 0 ? moment(one.at, zone) : t("changes.unknown")} · {one.by === "system" ? t("changes.system") : one.by}
                </span>
              </p>
              <Before change={one} needs={offer.value?.needs ?? []} />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Before({ change, needs }: { change: Change; needs: Parameters<typeof called>[0] }) {
  if (change.what === "added" || change.fields.length === 0) return null;
  return (
    <dl class="facts small">
      {change.fields.map((field) => (
        <>
          <dt>{known("field", field, "field.unnamed")}</dt>
          <dd>
            <span class="soft">{t("changes.before")}</span> {told(field, change.before[field], needs)}
          </dd>
        </>
      ))}
    </dl>
  );
}

function told(field: string, value: unknown, needs: Parameters<typeof called>[0]): string {
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (field === "needs" && Array.isArray(value)) return (value as string[]).map((code) => called(needs, code)).join(", ") || t("not_given");
  if (field === "emergency" && Array.isArray(value)) return (value as Contact[]).map(({ place, name, phone }) => [place, name, phone].filter((word) => word !== "").join(" ")).join("; ") || t("not_given");
  if (Array.isArray(value)) return (value as string[]).join(", ") || t("not_given");
  return typeof value === "string" && value !== "" ? value : t("not_given");
}
