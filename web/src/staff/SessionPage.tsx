/** One session: who is expected and came, how they can be reached, their links, and the notes. */
import { useMemo, useState } from "preact/hooks";

import { announce, Button, Icon } from "../ui/index.ts";
import { fetched } from "../ui/fetched.tsx";
import { detail, links, me } from "./api.ts";
import type { Link, RosterEntry, SessionDetail } from "./api.ts";
import { CheckInFacts } from "./CheckIn.tsx";
import { Coverage } from "./Coverage.tsx";
import { dayOf } from "./days.ts";
import { Expected } from "./Expected.tsx";
import { TonightButton } from "./crisis/Tonight.tsx";
import { Links } from "./Links.tsx";
import { MadeHere } from "./Made.tsx";
import { useLoad } from "./load.ts";
import type { Loaded } from "./load.ts";
import { NotesPanel, useNotebook } from "./NotesPanel.tsx";
import { Present } from "./Present.tsx";
import type { PageProps } from "./pages.ts";
import { linkTo } from "./route.ts";
import { cancelling } from "./schedule/door.ts";
import { Failed, State, Status } from "./State.tsx";
import { staysInWords } from "./Strip.tsx";
import { Times } from "./Times.tsx";
import { known, longDay, moment, t } from "./words/index.ts";

const Incidents = fetched(() => import("./crisis/Incidents.tsx").then((module) => module.default));

/** Seconds. Every look at the roster is an entry in the audit log. */
const NOW_AND_THEN = 30;

export default function OneSession({ rest: [id = ""] }: PageProps) {
  return <SessionPage key={id} id={id} />;
}

/** What a role never may is neither asked for nor offered; whether it may here is for the server to say. */
function may(action: string): boolean {
  return me.value?.may.includes(action) ?? false;
}

function SessionPage({ id }: { id: string }) {
  const loaded = useLoad(`session ${id}`, () => detail(id), NOW_AND_THEN);
  const session = loaded.value;
  const book = useNotebook(id, may("note.read"));
  const names = useMemo(
    () => new Map(session?.roster.map((one) => [one.person, { alias: one.alias, legalName: one.legal_name }])),
    [session],
  );
  return (
    <div class="stack session-page">
      {session === null ? (
        <>
          <h1 tabIndex={-1}>{t("session.title")}</h1>
          {loaded.code === null && <p class="soft">{t("loading")}</p>}
          <Failed loaded={loaded} />
        </>
      ) : (
        <>
          <Head session={session} changed={loaded.again} />
          <Failed loaded={loaded} />
          {may("presence.read") && <Present session={session} />}
          <MadeHere session={session} />
          {may("emergency") && session.state !== "scheduled" && <Incidents session={session.id} onNoted={() => void book?.look()} />}
          <div class={may("note.read") ? "columns" : undefined}>
            <Roster session={session} />
            {may("note.read") && (
              <section class="card stack" aria-labelledby="notes-title">
                <h2 id="notes-title">{t("notes.title")}</h2>
                {book !== null && <NotesPanel book={book} names={names} ended={session.state === "ended"} />}
              </section>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function Head({ session, changed }: { session: SessionDetail; changed: () => void }) {
  const day = dayOf(session.starts, session.zone);
  const today = dayOf(Date.now(), session.zone);
  return (
    <header class="session-head">
      <a class="back" href={day === today ? linkTo("today") : linkTo("day", day)}>
        <Icon name="back" />
        {longDay(day)}
      </a>
      <div class="row spread">
        <div class="stack tight">
          <h1 tabIndex={-1}>{session.title}</h1>
          <p class="row soft">
            <Times starts={session.starts} ends={session.ends} zone={session.zone} />
            <span>{known("kind", session.kind, "kind.unknown")}</span>
            <State of={session} />
          </p>
        </div>
        <div class="row">
          {session.state === "scheduled" && may("schedule") && <Cancel session={session} changed={changed} />}
          {session.state !== "ended" && session.state !== "cancelled" && may("presence.read") && (
            <a class="button" data-look="primary" href={`/room#${session.id}`} data-testid={`open-room-${session.id}`}>
              <Icon name="camera" />
              <span>{t("open_room")}</span>
            </a>
          )}
        </div>
      </div>
    </header>
  );
}

const CancelHere = fetched(() => import("./schedule/CancelHere.tsx").then((module) => module.CancelHere));

/** Offered where the server says that this person may, to whom and whether at all being asked when the page is opened. */
function Cancel({ session, changed }: { session: SessionDetail; changed: () => void }) {
  const loaded = useLoad(`cancelling ${session.id}`, () => cancelling(session.id));
  const [asking, setAsking] = useState(false);
  if (loaded.value === null) return null;
  return (
    <>
      <Button onClick={() => setAsking(true)} data-testid="session-cancel">
        {t("session.cancel")}
      </Button>
      {asking && (
        <CancelHere
          of={loaded.value}
          session={session}
          onClose={() => setAsking(false)}
          onSaved={() => {
            setAsking(false);
            announce(t("session.cancelled"));
            changed();
          }}
        />
      )}
    </>
  );
}

function Roster({ session }: { session: SessionDetail }) {
  const made = useLoad<readonly Link[]>(`links ${session.id}`, () => links(session.id));
  return (
    <section class="card stack" aria-labelledby="roster-title">
      <div class="row spread">
        <h2 id="roster-title">{t("roster.title")}</h2>
        <span class="soft">{t("expected", { n: session.roster.length })}</span>
      </div>
      {session.roster.length === 0 && <p class="soft">{t("roster.none")}</p>}
      {session.roster.some((entry) => entry.legal_name !== "") && session.state !== "ended" && (
        <div class="row">
          <TonightButton session={session.id} />
        </div>
      )}
      <ul class="roster">
        {session.roster.map((entry) => (
          <Entry key={entry.person} entry={entry} session={session} made={made} />
        ))}
      </ul>
      <Expected guests={session.guests} />
    </section>
  );
}

function Entry({ entry, session, made }: { entry: RosterEntry; session: SessionDetail; made: Loaded<readonly Link[]> }) {
  const [open, setOpen] = useState(false);
  const { attendance } = entry;
  return (
    <li data-testid={`roster-${entry.person}`}>
      <div class="row spread">
        <h3>
          {entry.alias} <span class="soft legal">{entry.legal_name}</span>
        </h3>
        {attendance !== null && (
          <Status row={attendance} />
        )}
      </div>
      {typeof entry.made_up === "number" && <p class="soft small">{t("roster.made_up", { when: moment(entry.made_up, session.zone) })}</p>}
      <ul class="ticks small">
        {entry.check_in === null ? (
          <Tick good={false} text={session.state === "ended" ? t("check_in.never") : t("check_in.none")} />
        ) : (
          <>
            <Tick good={entry.check_in.location !== ""} text={entry.check_in.location !== "" ? t("check_in.has_location") : t("check_in.no_location")} />
            <Tick good={entry.check_in.contact_phone !== ""} text={entry.check_in.contact_phone !== "" ? t("check_in.has_contact") : t("check_in.no_contact")} />
          </>
        )}
      </ul>
      <details onToggle={(event) => setOpen(event.currentTarget.open)} data-testid={`more-${entry.person}`}>
        <summary>
          {t("roster.more")}
          <span class="unseen">: {entry.alias}</span>
        </summary>
        {open && (
          <div class="stack more">
            {entry.check_in !== null && <CheckInFacts checkIn={entry.check_in} zone={session.zone} />}
            {attendance !== null && attendance.intervals.length > 0 && (
              <div>
                <h4>{t("roster.stays")}</h4>
                <ul class="stays small">
                  {staysInWords(attendance.intervals, session.zone).map((stay) => (
                    <li key={stay}>{stay}</li>
                  ))}
                </ul>
              </div>
            )}
            <Coverage client={entry.person} alias={entry.alias} zone={session.zone} />
            <h4>{t("links.title")}</h4>
            <Links
              session={session.id}
              person={entry.person}
              alias={entry.alias}
              links={made.value}
              changed={made.again}
              canMake={session.state !== "ended"}
            />
          </div>
        )}
      </details>
    </li>
  );
}

function Tick({ good, text }: { good: boolean; text: string }) {
  return (
    <li data-good={good}>
      <Icon name={good ? "check" : "close"} />
      {text}
    </li>
  );
}
