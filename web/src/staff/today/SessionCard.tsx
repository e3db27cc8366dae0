/** One session of the day: when, what, how it stands, and the way into its room. */
import { Icon } from "../../ui/index.ts";
import { linkTo } from "../route.ts";
import { Times } from "../Times.tsx";
import { known as staffKnown, t as staff } from "../words/index.ts";
import { WHERE } from "./door.ts";
import type { ClientToday, SessionToday } from "./door.ts";
import { URGENT } from "./groups.ts";
import { known, t } from "./words/index.ts";

export function SessionCard({ session, now }: { session: SessionToday; now: boolean }) {
  const { id, state } = session;
  return (
    <li class={now ? "session card" : "session"} data-testid={`session-${id}`} data-state={state}>
      <div class="when">
        <Times starts={session.starts} ends={session.ends} zone={session.zone} />
      </div>
      <div class="what">
        <h3>
          <a href={linkTo("session", id)}>{session.title}</a>
        </h3>
        <p class="row now">
          <span class="soft">
            {staffKnown("kind", session.kind, "kind.unknown")}
            {!session.leads && session.hosts.length > 0 && <> · {t("hosts", { names: session.hosts.join(", ") })}</>}
          </span>
          {(now || (state !== "scheduled" && state !== "ended")) && <StateOf session={session} />}
          {session.alerts > 0 && (
            <span class="chip" data-where="missing" role="status" data-testid={`alerts-${id}`}>
              {t("alerts", { n: session.alerts })}
            </span>
          )}
          {state !== "cancelled" && state !== "not_held" && <Counts session={session} />}
        </p>
        <Urgent session={session} />
        <div class="row folds">
          <Everybody session={session} />
          <Lacks session={session} />
        </div>
      </div>
      <div class="do">
        <Way session={session} now={now} />
      </div>
    </li>
  );
}

function StateOf({ session: { state, cancelled } }: { session: SessionToday }) {
  if (state === "cancelled") {
    return (
      <span class="chip" data-state={state}>
        {t("cancelled_why", { why: known("cancelled", cancelled, "cancelled.unknown") })}
      </span>
    );
  }
  return (
    <span class="chip" data-state={state}>
      {state === "not_held" ? t("state.not_held") : staff(`state.${state}`)}
    </span>
  );
}

function Counts({ session: { id, counts } }: { session: SessionToday }) {
  return (
    <>
      {WHERE.filter((where) => counts[where] !== undefined).map((where) => (
        <span key={where} class={URGENT.includes(where) ? "chip" : "small soft"} data-where={where} data-testid={`${where}-${id}`}>
          {t(`n.${where}`, { n: counts[where] ?? 0 })}
        </span>
      ))}
    </>
  );
}

/** By name whom somebody should look after, while it can help. */
function Urgent({ session: { clients, state } }: { session: SessionToday }) {
  if (clients === null || state !== "open") return null;
  const found = URGENT.map((where) => [where, clients.filter((one) => one.where === where)] as const).filter(([, those]) => those.length > 0);
  if (found.length === 0) return null;
  return (
    <ul class="urgent small">
      {found.map(([where, those]) => (
        <li key={where} data-where={where}>
          <strong>{t(`where.${where}`)}:</strong> {those.map(called).join(", ")}
        </li>
      ))}
    </ul>
  );
}

function called({ alias, legal_name: legal }: ClientToday): string {
  return alias || legal;
}

function Everybody({ session: { id, title, clients } }: { session: SessionToday }) {
  if (clients === null || clients.length === 0) return null;
  return (
    <details class="small" data-testid={`everybody-${id}`}>
      <summary>
        {t("all", { n: clients.length })}
        <span class="unseen">: {title}</span>
      </summary>
      <ul class="everybody">
        {clients.map((one) => (
          <li key={one.person}>
            <span>
              {called(one)} {one.alias !== "" && one.legal_name !== one.alias && <span class="soft">{one.legal_name}</span>}
            </span>
            <span class="chip" data-where={one.where}>
              {t(`where.${one.where}`)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What keeps rows from being billed, in counts; the session's page says of whom, and what to do. */
function Lacks({ session: { id, title, state, not_billable: lacking } }: { session: SessionToday }) {
  if (lacking.length === 0 || state !== "ended") return null;
  return (
    <details class="small" data-testid={`lacks-${id}`}>
      <summary>
        {staff("lacks.title")}
        <span class="unseen">: {title}</span>
      </summary>
      <ul class="ticks">
        {lacking.map(({ reason, clients }) => (
          <li key={reason} data-reason={reason}>
            <Icon name="warn" />
            <span>
              {staffKnown("reason", reason, "reason.unknown")} {staff("lacks.clients", { n: clients })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Way({ session: { id, title, state, leads }, now }: { session: SessionToday; now: boolean }) {
  if (!leads || state === "cancelled" || state === "not_held") return null;
  if (state === "ended") {
    return (
      <a class="button" data-look="plain" href={linkTo("session", id)}>
        <Icon name="note" />
        <span>{staff("open_notes")}</span>
        <span class="unseen">: {title}</span>
      </a>
    );
  }
  return (
    <a class="button" data-look={now ? "primary" : "plain"} href={`/room#${id}`} data-testid={`open-room-${id}`}>
      <Icon name="camera" />
      <span>{staff("open_room")}</span>
      <span class="unseen">: {title}</span>
    </a>
  );
}
