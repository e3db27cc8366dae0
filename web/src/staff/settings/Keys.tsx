/** Keys: under which key the record is sealed and how far a rotation has got; and which machines may ask for exports. */
import { useState } from "preact/hooks";

import { announce, Button, Dialog, Icon, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { dayOf, ownZone } from "../days.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { moment, sentence, shortDay, t as staff } from "../words/index.ts";
import { apiKeys, keys, revokeKey } from "./door.ts";
import type { ApiKey, Keys as Census } from "./door.ts";
import { t } from "./words/index.ts";

export function Keys() {
  return (
    <>
      <Sealed />
      <Machines />
    </>
  );
}

function Sealed() {
  const [wanted, setWanted] = useState(false);
  return (
    <section class="card stack" aria-labelledby="sealed-title">
      <h2 id="sealed-title">{t("sealed")}</h2>
      <p class="soft small">{t("sealed.why")}</p>
      {wanted ? (
        <Counted />
      ) : (
        <div>
          <Button onClick={() => setWanted(true)} data-testid="count-keys">
            {t("sealed.count")}
          </Button>
        </div>
      )}
    </section>
  );
}

function Counted() {
  const loaded = useLoad<Census>("keys", keys);
  const census = loaded.value;
  if (census === null) return loaded.code === null ? <p class="soft" role="status">{t("sealed.counting")}</p> : <Failed loaded={loaded} />;
  const older = Object.entries(census.older);
  const left = older.reduce((sum, [, n]) => sum + n, census.unknown);
  return (
    <div class="stack tight" data-testid="sealed-counted">
      <p class="row">
        <Icon name={census.done ? "check" : "warn"} />
        <strong>{census.done ? t("sealed.done") : t("sealed.left", { n: left })}</strong>
      </p>
      {!census.done && <progress max={census.current + left} value={census.current} aria-label={t("sealed")} />}
      <dl class="facts">
        <dt>{t("sealed.current")}</dt>
        <dd>
          <code>{census.key}</code> · {t("sealed.values", { n: census.current })}
        </dd>
        {older.map(([key, n]) => (
          <>
            <dt>{t("sealed.older")}</dt>
            <dd>
              <code>{key}</code> · {t("sealed.values", { n })}
            </dd>
          </>
        ))}
        {census.unknown > 0 && (
          <>
            <dt>{t("sealed.unknown")}</dt>
            <dd>{t("sealed.values", { n: census.unknown })}</dd>
          </>
        )}
      </dl>
      <p class="soft small">{t("sealed.at", { time: moment(census.at, ownZone()) })}</p>
    </div>
  );
}

function Machines() {
  const loaded = useLoad("api-keys", apiKeys);
  const [ending, setEnding] = useState<ApiKey | null>(null);
  return (
    <section class="card stack" aria-labelledby="machines-title">
      <h2 id="machines-title">{t("machines")}</h2>
      <p class="soft small">{t("machines.why")}</p>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {loaded.value?.keys.length === 0 && <p class="soft">{t("machines.none")}</p>}
      {loaded.value !== null && loaded.value.keys.length > 0 && (
        <ul class="plain-list machines">
          {[...loaded.value.keys]
            .sort((a, b) => b.created - a.created)
            .map((one) => (
              <li key={one.id} class="row spread" data-testid={`api-key-${one.id}`}>
                <div>
                  <strong>{one.label || one.id}</strong> <code class="soft small">{one.id}</code>
                  <p class="soft small">{t("machine.what", { profile: one.profile, recipient: one.recipient, purpose: one.purpose })}</p>
                  <p class="soft small">
                    {t("machine.made", { day: day(one.created) })} · {one.last_used === null ? t("machine.never") : t("machine.used", { day: day(one.last_used) })}
                  </p>
                </div>
                <div class="row">
                  <Standing of={one} />
                  {one.revoked === null && loaded.value?.may_revoke && (
                    <Button look="plain" onClick={() => setEnding(one)} data-testid={`revoke-key-${one.id}`}>
                      {t("machine.end")}
                      <span class="unseen">: {one.label || one.id}</span>
                    </Button>
                  )}
                </div>
              </li>
            ))}
        </ul>
      )}
      {ending !== null && (
        <End
          of={ending}
          close={() => setEnding(null)}
          done={() => {
            setEnding(null);
            loaded.again();
          }}
        />
      )}
    </section>
  );
}

const day = (at: number): string => shortDay(dayOf(at, ownZone()));

function Standing({ of: { revoked, expires } }: { of: ApiKey }) {
  if (revoked !== null) return <span class="chip" data-state="removed">{t("machine.ended", { day: day(revoked) })}</span>;
  if (expires === null) return <span class="chip" data-state="in">{t("machine.open")}</span>;
  return expires < Date.now() ? <span class="chip">{t("machine.over", { day: day(expires) })}</span> : <span class="chip" data-state="waiting">{t("machine.until", { day: day(expires) })}</span>;
}

function End({ of, close, done }: { of: ApiKey; close: () => void; done: () => void }) {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const end = async () => {
    setBusy(true);
    try {
      await revokeKey(of.id);
      announce(t("machine.ended_said"));
      done();
    } catch (error) {
      setCode(codeOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("machine.end_title", { name: of.label || of.id })}
      closeLabel={staff("close")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{staff("cancel")}</Button>
          <Button look="danger" busy={busy} onClick={() => void end()} data-testid="revoke-key">
            {t("machine.end")}
          </Button>
        </>
      }
    >
      <p>{t("machine.end_why")}</p>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
    </Dialog>
  );
}
