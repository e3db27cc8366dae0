/** A client's accounting of disclosures (42 CFR 2.25): to whom what of their record went, when, why and on which basis. */
import { http, noticing } from "../api.ts";
import { ownZone } from "../days.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { moment } from "../words/index.ts";
import type { TabProps } from "./tabs.ts";
import { known, t } from "./words/index.ts";

interface Disclosure {
  readonly at_utc: string;
  readonly export: string;
  readonly recipient: string;
  readonly purpose: string;
  readonly profile: string;
  readonly basis: string;
  readonly emergency: {
    readonly recipient: string;
    readonly affiliation: string;
    readonly discloser_name: string;
    readonly nature: string;
    readonly recorded_utc: string;
  } | null;
}

function accounting(client: string): Promise<{ readonly disclosures: readonly Disclosure[] }> {
  return noticing(http.get<{ readonly disclosures: readonly Disclosure[] }>(`/api/v1/clients/${encodeURIComponent(client)}/disclosures`));
}

export default function Disclosures({ client }: TabProps) {
  const loaded = useLoad(`disclosures ${client}`, () => accounting(client));
  const newestFirst = [...(loaded.value?.disclosures ?? [])].reverse();
  return (
    <section class="card stack" aria-labelledby="disclosures-title" data-testid="disclosures">
      <h2 id="disclosures-title">{t("disclosures.title")}</h2>
      <p class="soft small">{t("disclosures.why")}</p>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {loaded.value !== null && newestFirst.length === 0 && <p class="soft">{t("disclosures.none")}</p>}
      <ol class="lines">
        {newestFirst.map((one) => (
          <li key={`${one.export} ${one.basis}`}>
            <One one={one} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function One({ one }: { one: Disclosure }) {
  const { emergency } = one;
  const at = moment(Date.parse(one.at_utc), ownZone());
  return (
    <div>
      <p>
        <strong>{emergency === null ? one.recipient : `${emergency.recipient}, ${emergency.affiliation}`}</strong> <span class="soft small">{at}</span>
      </p>
      <p class="soft small">
        {[known("profile", one.profile, "profile.unknown"), known("purpose", one.purpose, "purpose.unknown"), basisOf(one.basis)].join(" · ")}
      </p>
      {emergency !== null && (
        <dl class="facts small">
          <dt>{t("disclosures.nature")}</dt>
          <dd>{emergency.nature}</dd>
          <dt>{t("disclosures.by")}</dt>
          <dd>{emergency.discloser_name}</dd>
          <dt>{t("disclosures.recorded")}</dt>
          <dd>{moment(Date.parse(emergency.recorded_utc), ownZone())}</dd>
        </dl>
      )}
    </div>
  );
}

/** The kind of the basis in words; its id is for whoever looks it up in the record. */
function basisOf(basis: string): string {
  return known("basis", basis.split(":")[0] ?? "", "basis.unknown");
}
