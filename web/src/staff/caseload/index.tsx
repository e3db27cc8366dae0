/** A caseload, whoever slips away first: by which signs, this week's hours, the latest sessions, what is owed. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";

import { Button, Icon, Notice } from "../../ui/index.ts";
import type { IconName } from "../../ui/index.ts";
import { codeOf, me } from "../api.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { sentence, shortDay, t as staff } from "../words/index.ts";
import { caseload } from "./door.ts";
import type { Caseload, CaseloadClient } from "./door.ts";
import { Figure } from "./Figure.tsx";
import { forecast, hoursWords, Ring } from "./Hours.tsx";
import { ReachOut } from "./ReachOut.tsx";
import { Strip } from "./Strip.tsx";
import { known, load, t } from "./words/index.ts";
import "./caseload.css";

await load();

const NOW_AND_THEN = 60;
/** What was chosen stays while somebody looks at a client and comes back. */
const scope = signal("");

export default function CaseloadPage() {
  const loaded = useLoad(`caseload ${scope.value}`, () => caseload(scope.value, ""), NOW_AND_THEN);
  const found = loaded.value;
  return (
    <div class="stack caseload">
      <div class="day-head">
        <div>
          <h1 tabIndex={-1}>{t("title")}</h1>
          {found !== null && found.total > 0 && <p class="soft">{t("slipping", { n: found.slipping, all: found.total })}</p>}
        </div>
        {found !== null && found.scopes.length > 1 && (
          <div class="segments" role="group" aria-label={t("scope")}>
            {found.scopes.map((one) => (
              <Button key={one} look={one === found.scope ? "primary" : "quiet"} aria-pressed={one === found.scope} onClick={() => (scope.value = one)}>
                {known("scope", one, "scope")}
              </Button>
            ))}
          </div>
        )}
      </div>
      <Failed loaded={loaded} />
      {found === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {found !== null && <Behind complete={found.complete} />}
      {found !== null && <Clients key={found.scope} first={found} again={loaded.again} />}
    </div>
  );
}

export function Behind({ complete }: { complete: boolean }) {
  if (complete) return null;
  return (
    <Notice tone="plain" role="status">
      <p>{t("behind")}</p>
    </Notice>
  );
}

function Clients({ first, again }: { first: Caseload; again: () => void }) {
  const [more, setMore] = useState<readonly Caseload[]>([]);
  const [code, setCode] = useState<string | null>(null);
  const next = more.at(-1)?.next ?? (more.length === 0 ? first.next : null);
  const fetchMore = async () => {
    try {
      setMore([...more, await caseload(first.scope, next ?? "")]);
      setCode(null);
    } catch (error) {
      setCode(codeOf(error));
    }
  };
  if (first.total === 0) {
    return (
      <div class="empty card">
        <Icon name="people" />
        <h2>{t("none")}</h2>
        <p class="soft">{t("none_hint")}</p>
      </div>
    );
  }
  const clients = [first, ...more].flatMap((one) => one.clients);
  const unique = [...new Map(clients.map((one) => [one.person, one])).values()];
  return (
    <>
      <ul class="plain-list stack" data-testid="caseload">
        {unique.map((one) => (
          <Client key={one.person} client={one} today={first.today} changed={again} />
        ))}
      </ul>
      {code !== null && (
        <Notice tone="warn" role="status">
          <p>{sentence(code)}</p>
        </Notice>
      )}
      {next !== null && (
        <Button onClick={() => void fetchMore()} data-testid="more">
          {t("more")}
        </Button>
      )}
    </>
  );
}

const GRAVE = new Set(["misses_alarm", "outreach_overdue", "never_came"]);
const ICONS: Readonly<Record<string, IconName>> = { hours_lost: "clock", outreach_due: "phone", outreach_overdue: "phone", certification_soon: "note", certification_overdue: "note" };

function Client({ client, today, changed }: { client: CaseloadClient; today: string; changed: () => void }) {
  const { sessions, week } = client;
  const name = client.legal_name || client.alias || client.person;
  const share = client.rate.share;
  const last = client.last_came === null ? undefined : sessions[client.last_came];
  return (
    <li class="card client" data-grave={client.signs.some(({ sign }) => GRAVE.has(sign)) || undefined} data-testid={`client-${client.person}`}>
      <div class="who">
        <h2>
          <a href={linkTo("client", client.person, "engagement")}>{name}</a>
        </h2>
        <p class="soft small">
          {[client.track_title, client.paused ? t("paused") : "", last === undefined ? t("never") : t("last_came", { day: shortDay(last.day) })].filter(Boolean).join(" · ")}
        </p>
        {client.signs.length > 0 && (
          <ul class="plain-list row signs">
            {client.signs.map(({ sign, sessions: seen }) => (
              <li key={sign}>
                <Figure ids={seen} sessions={sessions} title={known("sign", sign, "sign.unknown")} tone={GRAVE.has(sign) ? "bad" : "warn"}>
                  <Icon name={ICONS[sign] ?? "warn"} /> {signWords(client, sign)}
                </Figure>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="hours">
        <Ring week={week} />
        <div>
          <Figure ids={week.counted} sessions={sessions} title={t("why.week")}>
            {hoursWords(week)}
          </Figure>
          <p class="soft small">{forecast(week, today)}</p>
        </div>
      </div>
      <div class="lately">
        <Strip ids={client.strip} sessions={sessions} />
        <Figure ids={[...client.rate.came, ...client.rate.missed]} sessions={sessions} title={t("why.rate", { n: client.rate.days })}>
          {share === null ? t("rate.none") : t("rate", { share: Math.round(share * 100), n: client.rate.days })}
        </Figure>
      </div>
      {me.value?.may.includes("outreach") === true && <ReachOut client={client.person} name={name} changed={changed} />}
    </li>
  );
}

function signWords(client: CaseloadClient, sign: string): string {
  if (sign === "misses_alarm" || sign === "misses_watch") return t("sign.misses", { n: client.misses.length });
  if (sign === "never_came") return t("sign.waiting", { n: client.waiting_days });
  const owed = client.owed[0];
  if (owed !== undefined && sign.startsWith("outreach")) return known("step", owed.what, "step.unknown");
  const due = client.certification.due;
  if (due !== null && sign.startsWith("certification")) return t(sign === "certification_soon" ? "sign.certify_by" : "sign.certify_since", { day: shortDay(due) });
  return known("sign", sign, "sign.unknown");
}
