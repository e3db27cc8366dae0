/**
 * The staff's room: the same call view as everybody's, with who waits, the roster and the notes beside it. Owns the
 * session's life in this page and which panel is open; what happens in the room is the engine's and the server's.
 */
import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { CallView } from "../../call/CallView.tsx";
import { report } from "../../call/refusal.ts";
import type { Devices } from "../../core/devices.ts";
import { STAFF } from "../../core/peer.ts";
import { openSession } from "../../core/session.ts";
import type { Answer, Session } from "../../core/session.ts";
import { fetched } from "../../ui/fetched.tsx";
import { IconButton } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { detail, http } from "../api.ts";
import type { SessionDetail } from "../api.ts";
import { useLoad } from "../load.ts";
import { useNotebook } from "../notebook.ts";
import type { Named } from "../notes/people.ts";
import { sentence, t } from "../words/index.ts";
import { actionsFor, safetyOf } from "./actions.ts";
import type { Whose } from "./actions.ts";
import { Breakouts } from "./Breakouts.tsx";
import { Host } from "./Host.tsx";
import { Over } from "./Over.tsx";
import { People } from "./People.tsx";
import { Remove } from "./Remove.tsx";
import type { Whom } from "./Remove.tsx";
import { useSafety } from "./Safety.tsx";
import { tabId } from "./tab.ts";
import { Waiting } from "./Waiting.tsx";

/** Most of the pages' weight, and for later: it is fetched when somebody writes. */
const NotesPanel = fetched(() => import("../NotesPanel.tsx").then((module) => module.NotesPanel));

/** Seconds. Check-ins and the record of those who left; every look is an entry in the audit log. */
const NOW_AND_THEN = 60;
/** Where a panel has room beside the picture (call.css lays it over the picture below that). */
const BESIDE = "(min-width: 70.01rem)";

/** Ready to go in, at once when `enter` is called: the socket is open and the browser knows what it will offer. */
export function atTheDoor(id: string, devices: Devices): Session {
  return openSession({
    session: id,
    csrf: () => http.csrf,
    tab: tabId(),
    devices,
    shape: STAFF,
    wanted: { microphone: false, camera: false, screen: false },
    waits: true,
  });
}

export interface RoomProps {
  readonly id: string;
  readonly session: Session;
}

export function Room({ id, session }: RoomProps) {
  const room = useComputed(() => session.state.value.room).value;
  const over = useComputed(() => session.state.value.over).value;
  const refused = useComputed(() => session.state.value.refused).value;
  const [notes, setNotes] = useState(false);
  const [everNotes, setEverNotes] = useState(false);
  const book = useNotebook(id, everNotes || over === "ended");
  const loaded = useLoad(`session ${id}`, () => detail(id), NOW_AND_THEN);
  const names = useNames(loaded.value, room);

  // Somebody new was let in or waits: their section, and their check-in.
  const persons = [...(room?.members ?? []), ...(room?.waiting ?? [])].map((one) => one.person).join(" ");
  useEffect(() => {
    if (persons === "") return;
    void book?.look();
    loaded.again();
  }, [persons, book]);

  if (over !== null) {
    return (
      <Over over={over} session={id}>
        {over === "ended" && book !== null && (
          <section class="stack" aria-labelledby="notes-title">
            <h2 id="notes-title">{t("room.notes")}</h2>
            <NotesPanel book={book} names={names} ended />
          </section>
        )}
      </Over>
    );
  }
  if (room === null) {
    return (
      <main class="signin">
        <div class="card stack" role="status">
          <h1>{t("room.connecting")}</h1>
          {refused !== null && <p>{sentence(refused)}</p>}
        </div>
      </main>
    );
  }
  const toggleNotes = () => {
    setNotes(!notes);
    setEverNotes(true);
  };
  return (
    <Live
      id={id}
      session={session}
      room={room}
      detail={loaded.value}
      notes={notes}
      onNotes={toggleNotes}
      panel={book !== null && <NotesPanel book={book} names={names} ended={false} />}
    />
  );
}

interface LiveProps {
  readonly id: string;
  readonly session: Session;
  readonly room: RoomView;
  readonly detail: SessionDetail | null;
  readonly notes: boolean;
  readonly onNotes: () => void;
  readonly panel: ComponentChildren;
}

function Live({ id, session, room, detail, notes, onNotes, panel }: LiveProps) {
  const [people, setPeople] = useState(() => matchMedia(BESIDE).matches);
  const [removing, setRemoving] = useState<Whom | null>(null);
  const act = (asked: Promise<Answer>) => void asked.then(report);
  const may = new Set(room.you.may);
  const actions = actionsFor(session, room, act);
  const [safety, setSafety] = useState<Whose | null>(null);
  const quick = safetyOf(setSafety);
  const parts = useSafety();
  const onPeople = () => {
    setPeople(!people);
    if (!people && notes && !matchMedia(BESIDE).matches) onNotes();
  };
  const onNotesHere = () => {
    onNotes();
    if (!notes && people && !matchMedia(BESIDE).matches) setPeople(false);
  };
  return (
    <>
      <CallView
        session={session}
        actions={actions}
        quick={quick}
        above={
          <>
            {parts !== null && room.alerts.length > 0 && <parts.Alerts session={session} room={room} act={act} onOpen={setSafety} />}
            <Breakouts session={session} room={room} act={act} />
          </>
        }
        side={
          <>
            <aside class="panel rail" aria-label={t("room.side")} hidden={!people} data-testid="people">
              <Host session={session} room={room} act={act} />
              <div class="rail-body">
                <Waiting
                  session={session}
                  waiting={room.waiting}
                  mayAdmit={may.has("admit")}
                  mayRemove={may.has("remove")}
                  act={act}
                  onRemove={setRemoving}
                />
                <People
                  id={id}
                  session={session}
                  room={room}
                  detail={detail}
                  act={act}
                  actions={(one) => [quick(one), ...actions(one)].filter((item) => item !== null)}
                  onRemove={setRemoving}
                />
              </div>
            </aside>
            {notes && (
              <aside class="panel notes-panel" aria-labelledby="notes-title" data-testid="notes">
                <header>
                  <h2 id="notes-title">{t("room.notes")}</h2>
                  <IconButton icon="close" label={t("room.notes_close")} onClick={onNotesHere} />
                </header>
                <div class="rail-body">{panel}</div>
              </aside>
            )}
          </>
        }
        controls={
          <>
            <IconButton
              icon="people"
              label={t("room.people")}
              caption={t("room.people")}
              aria-expanded={people}
              tone={people ? "on" : undefined}
              badge={people ? 0 : room.waiting.length}
              onClick={onPeople}
              data-testid="people-open"
            />
            {may.has("write_notes") && (
              <IconButton
                icon="note"
                label={t("room.notes")}
                caption={t("room.notes")}
                aria-expanded={notes}
                tone={notes ? "on" : undefined}
                onClick={onNotesHere}
                data-testid="notes-open"
              />
            )}
          </>
        }
      />
      {parts !== null && safety !== null && (
        <parts.Safety id={id} session={session} room={room} {...safety} act={act} onClose={() => setSafety(null)} />
      )}
      {removing !== null && (
        <Remove whom={removing} onRemove={(member) => act(session.command("remove", { member }))} onClose={() => setRemoving(null)} />
      )}
    </>
  );
}

/** By person, from the roster; whoever is not on it, from the room. */
function useNames(session: SessionDetail | null, room: RoomView | null): ReadonlyMap<string, Named> {
  const [seen] = useState(() => new Map<string, Named>());
  for (const one of room?.members ?? []) {
    if (one.person !== null) seen.set(one.person, { alias: one.alias, legalName: one.legal_name ?? "" });
  }
  const roster = new Map(session?.roster.map((one) => [one.person, { alias: one.alias, legalName: one.legal_name }]));
  for (const [person, named] of seen) if (!roster.has(person)) roster.set(person, named);
  return roster;
}
