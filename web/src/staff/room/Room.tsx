/**
 * The staff's room: the same call view as everybody's, with who waits, the roster and the notes beside it. Owns the
 * session's life in this page and which panel is open; what happens in the room is the engine's and the server's.
 */
import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { CallView } from "../../call/CallView.tsx";
import { report } from "../../call/refusal.ts";
import type { Answer, Session } from "../../core/session.ts";
import { fetched } from "../../ui/fetched.tsx";
import { IconButton, useFocusBack } from "../../ui/index.ts";
import type { Participant, RoomView } from "../../wire.ts";
import { detail, presence } from "../api.ts";
import type { Presence, SessionDetail } from "../api.ts";
import { useLoad } from "../load.ts";
import { useNotebook } from "../notebook.ts";
import { may as mayDo } from "../notes/door.ts";
import type { Named } from "../notes/people.ts";
import { reasonsOf } from "../reasons.ts";
import { useSendings } from "../Sendings.tsx";
import { sentence, t } from "../words/index.ts";
import { actionsFor, safetyOf } from "./actions.ts";
import type { Whose } from "./actions.ts";
import { Breakouts } from "./Breakouts.tsx";
import { Clocks } from "./Clocks.tsx";
import { cockpit } from "./cockpit.ts";
import { commandsFor } from "./commands.ts";
import { Host } from "./Host.tsx";
import { conversations, unreadOf } from "./inbox.ts";
import type { With } from "./inbox.ts";
import { Late, useSteps } from "./Late.tsx";
import { Looking } from "./Looking.tsx";
import { Over } from "./Over.tsx";
import type { Command } from "./palette.ts";
import { People } from "./People.tsx";
import { Remove } from "./Remove.tsx";
import type { Whom } from "./Remove.tsx";
import { useRead } from "./read.ts";
import { useSafety } from "./Safety.tsx";
import { setByServer } from "./second.ts";
import { useKeys } from "./useKeys.tsx";
import { Waiting } from "./Waiting.tsx";
import { t as word } from "./words/index.ts";

/** Most of the pages' weight, and for later: it is fetched when somebody writes. */
const NotesPanel = fetched(() => import("../NotesPanel.tsx").then((module) => module.NotesPanel));
const Inbox = fetched(() => import("./Inbox.tsx").then((module) => module.Inbox));
const LacksList = fetched(() => import("../LacksList.tsx").then((module) => module.LacksList));
const Sheet = fetched(() => import("../Sheet.tsx").then((module) => module.Sheet));
const AtHand = fetched(() => import("./goals/AtHand.tsx").then((module) => module.AtHand));

/** Seconds. Check-ins and the record of those who left; every look is an entry in the audit log. */
const NOW_AND_THEN = 60;
/** Who is on their way, who is late. */
const SOON = 5;
/** Who was here when, and what lacks for billing. */
const NOW = 15;
/** Where a panel has room beside the picture (call.css lays it over the picture below that). */
const BESIDE = "(min-width: 70.01rem)";

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
  const [goals, setGoals] = useState(false);
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
        {over === "ended" && <AfterSheet id={id} zone={loaded.value?.zone ?? "UTC"} />}
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
      goals={goals}
      onGoals={() => {
        setGoals(!goals);
        setEverNotes(true);
      }}
      atHand={goals && <AtHand session={session} room={room} book={book} names={names} onClose={() => setGoals(false)} />}
      onNoted={() => void book?.look()}
      panel={book !== null && <NotesPanel book={book} names={names} ended={false} />}
    />
  );
}

/** The roster, prefilled with what the record says, to be confirmed with one click while it is fresh. */
function AfterSheet({ id, zone }: { id: string; zone: string }) {
  const loaded = useLoad(`presence ${id}`, () => presence(id));
  if (loaded.value === null) return null;
  return (
    <section class="stack" aria-labelledby="after-title">
      <h2 id="after-title">{word("sheet_title")}</h2>
      <Sheet session={id} zone={zone} shown={loaded.value} changed={loaded.again} />
    </section>
  );
}

interface LiveProps {
  readonly id: string;
  readonly session: Session;
  readonly room: RoomView;
  readonly detail: SessionDetail | null;
  readonly notes: boolean;
  readonly onNotes: () => void;
  readonly goals: boolean;
  readonly onGoals: () => void;
  /** The client's goals, in a conversation of two. */
  readonly atHand: ComponentChildren;
  /** Somebody has put words into a note in another way than the panel. */
  readonly onNoted: () => void;
  readonly panel: ComponentChildren;
}

/** Panels beside the pictures. Where there is no room beside, one of them lies over. */
type Panel = "people" | "inbox" | "notes";

function Live({ id, session, room, detail, notes, onNotes, goals, onGoals, atHand, onNoted, panel }: LiveProps) {
  const [people, setPeople] = useState(() => matchMedia(BESIDE).matches);
  const [inbox, setInbox] = useState(false);
  const [whom, setWhom] = useState<With | null>(null);
  const [removing, setRemoving] = useState<Whom | null>(null);
  const act = (asked: Promise<Answer>) => void asked.then(report);
  const may = new Set(room.you.may);
  const actions = actionsFor(session, room, act);
  const [safety, setSafety] = useState<Whose | null>(null);
  const quick = safetyOf(setSafety);
  const parts = useSafety();
  const read = useRead(id);
  const hosts = may.has("see_waiting");
  const cockpitLoaded = useLoad(`cockpit ${id}`, () => cockpit(id), hosts ? SOON : 0);
  const presenceLoaded = useLoad(`presence ${id}`, () => presence(id), NOW);
  const written = useSendings(id, true);
  const steps = useSteps({ id, session, loaded: cockpitLoaded, written });
  const sharing = useComputed(() => session.state.value.wanted.screen).value;
  const chat = useComputed(() => session.state.value.chat).value;
  const talks = conversations(chat, [...room.members, ...room.waiting], room.you.member, read.read);
  const unread = unreadOf(talks);
  useEffect(() => {
    const timer = setInterval(() => setByServer(session.now()), 10_000);
    return () => clearInterval(timer);
  }, [session]);

  // Who came or went: their time, and whether they are late.
  const persons = room.members.map((one) => one.person).join(" ");
  const waits = room.waiting.map((one) => one.person).join(" ");
  useEffect(() => {
    cockpitLoaded.again();
    presenceLoaded.again();
  }, [persons, waits]);

  const open = { people, inbox, notes };
  const toggle: Record<Panel, (on: boolean) => void> = {
    people: setPeople,
    inbox: (on) => {
      setInbox(on);
      if (!on) setWhom(null);
    },
    notes: (on) => {
      if (on !== notes) onNotes();
    },
  };
  // Where a panel lies over the pictures, it would lie over whoever is looked at.
  const looksAt = room.look?.member ?? null;
  useEffect(() => {
    if (looksAt === null || matchMedia(BESIDE).matches) return;
    for (const which of ["people", "inbox", "notes"] as const) toggle[which](false);
  }, [looksAt]);
  const show = (which: Panel, on: boolean) => {
    const beside = matchMedia(BESIDE).matches;
    if (on && !beside) for (const other of ["people", "inbox", "notes"] as const) if (other !== which && open[other]) toggle[other](false);
    // Beside the pictures there is room for the people and one thing to write in.
    if (on && beside && which === "inbox" && notes) toggle.notes(false);
    if (on && beside && which === "notes" && inbox) toggle.inbox(false);
    toggle[which](on);
  };
  const write = (member: number) => {
    show("inbox", true);
    setWhom(member);
  };
  const everything = (one: Participant) => {
    const items = [quick(one), ...actions(one)].filter((item) => item !== null);
    if (may.has("chat_all") && !one.you && (one.role === "client" || one.role === "collateral")) {
      items.push({ label: word("message"), icon: "chat", testid: `write-${one.member}`, act: () => write(one.member) });
    }
    return items;
  };
  const doing = (client: string) => {
    const mark = cockpitLoaded.value?.arriving.find((one) => one.client === client)?.doing;
    return mark === undefined ? word("not_opened") : word(`arriving_${mark}`);
  };
  const commands = (): Command[] =>
    commandsFor({ session, room, act, actions: everything, steps, shown: cockpitLoaded.value, written: written.value, show, open, mayAdmit: may.has("admit"), onRemove: setRemoving, onSafety: setSafety });
  const help = useKeys({
    commands,
    show: (which) => show(which, !open[which]),
    admit: () => {
      if (may.has("admit") && room.waiting.some((one) => !one.reconnecting)) act(session.command("admit", {}));
    },
    mayNote: may.has("write_notes"),
  });
  return (
    <>
      <CallView
        session={session}
        actions={actions}
        quick={quick}
        stage={room.look && <Looking session={session} room={room} look={room.look} act={act} />}
        above={
          <>
            {parts !== null && room.alerts.length > 0 && <parts.Alerts session={session} room={room} act={act} onOpen={setSafety} />}
            <Breakouts session={session} room={room} act={act} />
          </>
        }
        side={
          <>
            <aside class="panel rail" aria-label={t("room.side")} hidden={!people} data-testid="people" data-sharing={sharing || undefined}>
              <Clocks session={session} room={room} />
              <Host session={session} room={room} act={act} />
              <div class="rail-body">
                <Waiting
                  session={session}
                  waiting={room.waiting}
                  mayAdmit={may.has("admit")}
                  mayRemove={may.has("remove")}
                  lookers={may.has("look_in") ? new Map(room.members.map((one) => [one.member, one.alias])) : null}
                  me={room.you.member}
                  unread={(member) => talks.find((one) => one.whom === member)?.unread ?? 0}
                  onWrite={may.has("look_in") ? write : null}
                  act={act}
                  onRemove={setRemoving}
                  onSafety={setSafety}
                />
                <Late
                  id={id}
                  session={session}
                  loaded={cockpitLoaded}
                  written={written}
                  zone={detail?.zone ?? "UTC"}
                  mayAdmit={may.has("admit")}
                  doing={doing}
                  steps={steps}
                />
                <People
                  session={session}
                  room={room}
                  detail={detail}
                  presence={presenceLoaded.value}
                  cockpit={cockpitLoaded.value}
                  act={act}
                  actions={everything}
                  onRemove={setRemoving}
                />
                {presenceLoaded.value !== null && <NotBillable shown={presenceLoaded.value} />}
              </div>
            </aside>
            {atHand}
            {inbox &&
              (sharing ? (
                <Beside title={word("inbox")} close={word("inbox_close")} onClose={() => show("inbox", false)} hidden />
              ) : (
                <Inbox session={session} room={room} read={read} whom={whom} onWhom={setWhom} onClose={() => show("inbox", false)} />
              ))}
            {notes && (
              <Beside title={t("room.notes")} close={t("room.notes_close")} onClose={() => show("notes", false)} hidden={sharing} testid="notes">
                {panel}
              </Beside>
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
              onClick={() => show("people", !people)}
              data-testid="people-open"
            />
            {hosts && (
              <IconButton
                icon="inbox"
                label={word("inbox_open")}
                caption={word("inbox_badge")}
                aria-expanded={inbox}
                tone={inbox ? "on" : undefined}
                badge={unread}
                onClick={() => show("inbox", !inbox)}
                data-testid="inbox-open"
              />
            )}
            {room.profile.layout === "pair" && mayDo("plan") && (
              <IconButton
                icon="check"
                label={t("room.goals")}
                caption={t("room.goals")}
                aria-expanded={goals}
                tone={goals ? "on" : undefined}
                onClick={onGoals}
                data-testid="goals-open"
              />
            )}
            {may.has("write_notes") && (
              <IconButton
                icon="note"
                label={t("room.notes")}
                caption={t("room.notes")}
                aria-expanded={notes}
                tone={notes ? "on" : undefined}
                onClick={() => show("notes", !notes)}
                data-testid="notes-open"
              />
            )}
            <IconButton icon="keyboard" label={word("palette_open")} caption={word("keys")} onClick={help.openPalette} data-testid="palette-open" />
          </>
        }
      />
      {help.dialogs}
      {parts !== null && safety !== null && (
        <parts.Safety id={id} session={session} room={room} {...safety} act={act} onNoted={onNoted} onClose={() => setSafety(null)} />
      )}
      {removing !== null && (
        <Remove whom={removing} onRemove={(member) => act(session.command("remove", { member }))} onClose={() => setRemoving(null)} />
      )}
    </>
  );
}

interface BesideProps {
  readonly title: string;
  readonly close: string;
  readonly onClose: () => void;
  /** A screen is shared, and must not show it: nobody can tell whether this window is the one that is shared. */
  readonly hidden: boolean;
  readonly testid?: string;
  readonly children?: ComponentChildren;
}

/** A panel to write in. */
function Beside({ title, close, onClose, hidden, testid, children }: BesideProps) {
  const panel = useFocusBack();
  return (
    <aside class="panel notes-panel" aria-label={title} data-testid={hidden ? "hidden-sharing" : testid} ref={panel}>
      <header>
        <h2>{title}</h2>
        <IconButton icon="close" label={close} onClick={onClose} />
      </header>
      {hidden ? <p class="soft rail-body">{word("hidden_sharing")}</p> : <div class="rail-body">{children}</div>}
    </aside>
  );
}

/** Closed until somebody asks: most of it is the same for everybody until the session has ended. */
function NotBillable({ shown }: { shown: Presence }) {
  const [open, setOpen] = useState(false);
  const reasons = reasonsOf(shown);
  if (reasons.length === 0) return null;
  return (
    <details class="rail-part not-billable" data-testid="not-billable" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {word("not_billable")} <span class="badge">{reasons.length}</span>
      </summary>
      {open && (
        <div class="lacks">
          <LacksList shown={shown} />
        </div>
      )}
    </details>
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
