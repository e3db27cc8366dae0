/** The rule packs: what each decides, where it comes from, when it holds, and how it says it. */
import { useState } from "preact/hooks";

import { Check, Icon } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { shortDay, t as staff } from "../words/index.ts";
import { packText } from "./door.ts";
import type { Pack } from "./door.ts";
import { known, t } from "./words/index.ts";

export function Packs({ packs }: { packs: readonly Pack[] }) {
  const [older, setOlder] = useState(false);
  const shown = older ? packs : packs.filter((one) => one.newer === null || one.used);
  const kinds = [...new Set(shown.map(({ kind }) => kind))].sort((a, b) => named(a).localeCompare(named(b)));
  return (
    <>
      <p class="soft">{t("packs.why")}</p>
      <Check label={t("packs.older")} checked={older} onChange={setOlder} />
      {kinds.map((kind) => (
        <section key={kind} class="card stack tight" aria-labelledby={`pack-${kind}`}>
          <h2 id={`pack-${kind}`}>{named(kind)}</h2>
          <ul class="plain-list packs">
            {shown
              .filter((one) => one.kind === kind)
              .map((one) => (
                <OnePack key={one.id} pack={one} />
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function named(kind: string): string {
  return known("pack", kind, "pack.unknown");
}

function OnePack({ pack }: { pack: Pack }) {
  const [open, setOpen] = useState(false);
  return (
    <li class="stack tight" data-testid={`pack-${pack.id}`}>
      <p class="row">
        <strong>{pack.id}</strong>
        {pack.used && <span class="chip" data-state="in">{t("used")}</span>}
        {pack.newer !== null && <span class="chip">{t("newer", { id: pack.newer })}</span>}
        {!pack.holds && <span class="chip" data-state="waiting">{t("not_today")}</span>}
      </p>
      {pack.source !== "" && <p class="small">{pack.source}</p>}
      {(pack.effective_from !== null || pack.effective_to !== null) && <p class="soft small">{dates(pack)}</p>}
      {pack.unverified !== "" && (
        <p class="small unverified">
          <Icon name="warn" /> {t("unverified", { what: pack.unverified })}
        </p>
      )}
      <details class="small" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {t("file")}
          <span class="unseen">: {pack.id}</span>
        </summary>
        {open && <File id={pack.id} />}
      </details>
    </li>
  );
}

function dates({ effective_from: first, effective_to: last }: Pack): string {
  if (first === null) return t("until", { day: shortDay(last ?? "") });
  return last === null ? t("from", { day: shortDay(first) }) : t("from_until", { from: shortDay(first), to: shortDay(last) });
}

function File({ id }: { id: string }) {
  const loaded = useLoad(`pack ${id}`, () => packText(id));
  if (loaded.value === null) return loaded.code === null ? <p class="soft">{staff("loading")}</p> : <Failed loaded={loaded} />;
  return (
    <pre class="more" tabIndex={0} aria-label={id}>
      {loaded.value}
    </pre>
  );
}
