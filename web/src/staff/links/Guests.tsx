/** Links to one session each: of family and other supporters, of interpreters, and of the client who hosts their peers. */
import { useState } from "preact/hooks";

import { announce, Button, Field, Notice } from "../../ui/index.ts";
import { moment, sentence } from "../words/index.ts";
import { useAct } from "./act.ts";
import { invite, revoke } from "./door.ts";
import type { ClientLinks, Guest, Part } from "./door.ts";
import { Ask, ShownOnce } from "./Shown.tsx";
import { t } from "./words/index.ts";

export function Guests({ client, told, changed }: { client: string; told: ClientLinks; changed: () => void }) {
  const { busy, code, run } = useAct();
  const { supporters, family, ahead, guests } = told;
  const [part, setPart] = useState<Part>("collateral");
  const [person, setPerson] = useState("");
  const [session, setSession] = useState("");
  const [made, setMade] = useState<string | null>(null);
  const [ending, setEnding] = useState<Guest | null>(null);
  const who = part === "peer_host" ? { person: client, name: "" } : (supporters.find((one) => one.person === person) ?? supporters[0]);
  const theirs = part === "collateral" ? family : part === "interpreter" ? ahead : ahead.filter((one) => one.peers);
  const which = theirs.find((one) => one.session === session) ?? theirs[0];
  const zone = told.next?.zone ?? ahead[0]?.zone;
  return (
    <>
      <p class="soft">{t("guests.what")}</p>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      {guests.length > 0 && (
        <ul class="plain-list" data-testid="guests">
          {guests.map((one) => (
            <li key={one.name} class="row spread link-row">
              <span>
                <strong class="clamp">{one.guest}</strong> <span class="soft small">{t(`guests.as_${one.part}`)}</span>{" "}
                <span class="soft">{moment(one.starts ?? one.expires, zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)}</span>
              </span>
              <Button look="plain" onClick={() => setEnding(one)}>
                {t("end")}
                <span class="unseen">: {one.guest}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Field kind="select" label={t("guests.as")} value={part} onChange={(event) => setPart(event.currentTarget.value as Part)} data-testid="guest-part">
        {(["collateral", "interpreter", "peer_host"] as const).map((one) => (
          <option key={one} value={one}>
            {t(`guests.as_${one}`)}
          </option>
        ))}
      </Field>
      {who === undefined && <p class="soft small">{t("guests.no_supporters")}</p>}
      {who !== undefined && which === undefined && <p class="soft small">{t(`guests.none_${part}`)}</p>}
      {who !== undefined && which !== undefined && (
        <>
          {part !== "peer_host" && (
            <Field kind="select" label={t("guests.who")} value={who.person} onChange={(event) => setPerson(event.currentTarget.value)} data-testid="guest-person">
              {supporters.map((one) => (
                <option key={one.person} value={one.person}>
                  {one.relationship === "" ? one.name : `${one.name} (${one.relationship})`}
                </option>
              ))}
            </Field>
          )}
          <Field kind="select" label={t("guests.which")} value={which.session} onChange={(event) => setSession(event.currentTarget.value)} data-testid="guest-session">
            {theirs.map((one) => (
              <option key={one.session} value={one.session}>
                {moment(one.starts, one.zone)} {one.title}
              </option>
            ))}
          </Field>
          <div>
            <Button
              icon="link"
              busy={busy}
              onClick={() =>
                run(async () => {
                  setMade(await invite(client, who.person, which.session, part));
                  changed();
                })
              }
              data-testid="invite"
            >
              {t("guests.make")}
            </Button>
          </div>
        </>
      )}
      {made !== null && who !== undefined && (
        <ShownOnce title={t("guests.made_title")} url={made} onClose={() => setMade(null)}>
          <p>{part === "peer_host" ? t("guests.made_peer") : t("guests.made", { name: who.name })}</p>
        </ShownOnce>
      )}
      {ending !== null && (
        <Ask
          title={t("guests.end_title")}
          act={t("end")}
          busy={busy}
          onClose={() => setEnding(null)}
          onYes={() =>
            run(async () => {
              await revoke(ending.name);
              setEnding(null);
              announce(t("standing.revoked"));
              changed();
            })
          }
        >
          <p>{t("guests.end_why", { name: ending.guest })}</p>
        </Ask>
      )}
    </>
  );
}
