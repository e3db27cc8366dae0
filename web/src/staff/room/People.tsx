/**
 * The roster strip: who is here, with a live clock each, who is on their way, who has left; what a host may do with each.
 *
 * One line for whoever is simply here; what is out of the ordinary has a second. Rows keep the roster's order, so that
 * nobody moves away under a hand that is about to click. Whoever waits or is late stands above, and only there.
 */
import { computed } from "@preact/signals";
import { Component } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import { Button, Dialog, Icon, IconButton, Menu, type MenuItem } from "../../ui/index.ts";
import type { AtTheDoor, Participant, RoomView, ScalesSeen } from "../../wire.ts";
import type { ClientPresence, Presence, RosterEntry, SessionDetail } from "../api.ts";
import { CheckInFacts } from "../CheckIn.tsx";
import { duration } from "../days.ts";
import { Expected } from "../Expected.tsx";
import { t } from "../words/index.ts";
import type { Cockpit } from "./cockpit.ts";
import { rowsOf, spent } from "./people.ts";
import type { Row, Spent, State } from "./people.ts";
import type { Whom } from "./Remove.tsx";
import { second } from "./second.ts";
import { t as word } from "./words/index.ts";

/** More rows than this, and details are shown when somebody asks for them. */
const FEW = 8;

export interface PeopleProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly detail: SessionDetail | null;
  readonly presence: Presence | null;
  readonly cockpit: Cockpit | null;
  readonly act: (asked: Promise<Answer>) => void;
  /** What may be done with somebody who is here. */
  readonly actions: (one: Participant) => MenuItem[];
  readonly onRemove: (whom: Whom) => void;
}

/** Everybody who was in the room while this page looked, or before, as the record says. */
function useCame(room: RoomView, detail: SessionDetail | null): ReadonlySet<string> {
  const came = useRef(new Set<string>());
  for (const one of room.members) if (one.person !== null) came.current.add(one.person);
  for (const one of detail?.roster ?? []) if ((one.attendance?.first_join ?? null) !== null) came.current.add(one.person);
  return came.current;
}

/** What is known of those who are not here. */
function elsewhereOf(cockpit: Cockpit | null): ReadonlyMap<string, State> {
  const marked = cockpit?.late.filter((one) => one.taken.some((taken) => taken.step === "no_show")) ?? [];
  return new Map<string, State>([
    ...(cockpit?.arriving.map((one): [string, State] => [one.client, one.doing]) ?? []),
    ...marked.map((one): [string, State] => [one.client, "no_show"]),
  ]);
}

const NOT_HERE: ReadonlySet<State> = new Set(["expected", "opened", "devices", "signing", "about", "left", "removed", "no_show"]);

export function People({ session, room, detail, presence, cockpit, act, actions, onRemove }: PeopleProps) {
  const zone = detail?.zone ?? "UTC";
  const came = useCame(room, detail);
  const [shown, setShown] = useState<string | null>(null);
  const rows = rowsOf(detail?.roster ?? [], room, came, elsewhereOf(cockpit));
  const clients = rows.filter((row) => !row.staff);
  const here = clients.filter((row) => row.member !== null).length;
  const late = new Set(cockpit?.late.map((one) => one.client));
  const inside = rows.filter((row) => !NOT_HERE.has(row.state) && row.state !== "waiting" && !(row.state === "reconnecting" && row.member === null));
  const outside = rows.filter((row) => NOT_HERE.has(row.state) && row.state !== "removed" && !late.has(row.person));
  const [details, setDetails] = useState<boolean | null>(null);
  const detailed = details ?? inside.length <= FEW;
  const may = new Set(room.you.may);
  const times = useMemo(() => new Map(presence?.clients.map((one) => [one.person, one])), [presence]);
  const scales = session.state.value.tools["scales"]?.seen;
  const said = scales?.tool === "scales" ? scales : null;
  const itemsOf = (row: Row) => {
    const one = room.members.find((other) => other.member === row.member);
    if (one === undefined) return [];
    const items = [...actions(one)];
    if (may.has("remove") && !row.staff) {
      const { member, alias } = one;
      items.push({
        label: t("room.remove_name", { name: alias }),
        icon: "remove",
        tone: "danger",
        testid: `person-remove-${member}`,
        act: () => onRemove({ member, alias }),
      });
    }
    return items;
  };
  // A row that is not drawn anew has the items of before: what they do is looked up when it is done.
  const newest = useRef(itemsOf);
  newest.current = itemsOf;
  const lasting = (row: Row) =>
    itemsOf(row).map((item) => ({ ...item, act: () => newest.current(row).find((one) => one.label === item.label)?.act() }));
  const entryOf = (row: Row) => detail?.roster.find((one) => one.person === row.person) ?? null;
  const rowOf = (row: Row) => (
    <Person
      key={row.person}
      row={row}
      entry={entryOf(row)}
      stays={times.get(row.person) ?? null}
      scale={row.member === null ? "" : scaleOf(said, row.member)}
      detailed={detailed}
      mayMute={may.has("mute_others")}
      onMute={(member) => act(session.command("mute", { member }))}
      items={lasting(row)}
      onShow={setShown}
    />
  );
  const about = shown === null ? undefined : rows.find((row) => row.person === shown);
  return (
    <section class="rail-part" aria-labelledby="people-title" onKeyDown={arrows}>
      <div class="row spread">
        <h2 id="people-title">{t("room.people")}</h2>
        <span class="row">
          <span class="soft small" data-testid="here-of">
            {t("room.here_of", { here, all: clients.length })}
          </span>
          <IconButton
            icon="info"
            label={word("details")}
            pressed={detailed}
            tone={detailed ? "on" : undefined}
            onClick={() => setDetails(!detailed)}
            data-testid="people-details"
          />
        </span>
      </div>
      <ul class="people">{inside.map(rowOf)}</ul>
      {outside.length > 0 && (
        <>
          <h3 class="small soft">{word("not_here")}</h3>
          <ul class="people">{outside.map(rowOf)}</ul>
        </>
      )}
      <Expected guests={detail?.guests.filter((guest) => room.members.every((one) => one.person !== guest.person)) ?? []} />
      {room.removed.length > 0 && may.has("remove") && (
        <Removed removed={room.removed} onAllow={(member) => act(session.command("allow_back", { member }))} />
      )}
      {about !== undefined && (
        <Facts row={about} entry={entryOf(about)} stays={times.get(about.person) ?? null} scales={said} zone={zone} onClose={() => setShown(null)} />
      )}
    </section>
  );
}

/** From one person to the next: the rows are a list of buttons, and Tab still reaches all of them. */
function arrows(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const from = event.target instanceof Element ? event.target.closest("button.who") : null;
  if (from === null || !(event.currentTarget instanceof HTMLElement)) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button.who")];
  const next = all[all.indexOf(from as HTMLElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** The last answer to a scale of today's, in a word; the words that somebody wrote are for the dialog. */
function scaleOf(scales: ScalesSeen | null, member: number): string {
  const answered = scales?.people.filter((one) => one.member === member).sort((a, b) => b.at - a.at)[0];
  const given = answered?.given.filter((one) => typeof one.value === "number") ?? [];
  return given.map((one) => `${named(scales, one.item)} ${String(one.value)}`).join(", ");
}

function named(scales: ScalesSeen | null, code: string): string {
  const text = scales?.items.find((one) => one.code === code)?.text ?? {};
  return text[document.documentElement.lang] ?? text["en"] ?? code;
}

interface PersonProps {
  readonly row: Row;
  readonly entry: RosterEntry | null;
  readonly stays: ClientPresence | null;
  readonly scale: string;
  readonly detailed: boolean;
  readonly mayMute: boolean;
  readonly onMute: (member: number) => void;
  readonly onShow: (person: string) => void;
  readonly items: MenuItem[];
}

/** A burst of news about fifteen people draws one row: whatever is made anew each time is compared by what it says. */
function same(a: PersonProps, b: PersonProps): boolean {
  return (
    a.entry === b.entry &&
    a.stays === b.stays &&
    a.scale === b.scale &&
    a.detailed === b.detailed &&
    a.mayMute === b.mayMute &&
    (Object.keys(a.row) as (keyof Row)[]).every((key) => a.row[key] === b.row[key]) &&
    a.items.length === b.items.length &&
    a.items.every((item, index) => item.label === b.items[index]?.label && item.testid === b.items[index]?.testid)
  );
}

class Person extends Component<PersonProps> {
  override shouldComponentUpdate(next: PersonProps): boolean {
    return !same(this.props, next);
  }
  override render() {
    return <Drawn {...this.props} />;
  }
}

function Drawn({ row, entry, stays, scale, detailed, mayMute, onMute, onShow, items }: PersonProps) {
  const { member, alias } = row;
  const time = spent(stays?.stays ?? [], row.member === null ? null : row.since);
  const notes = notesOf(row, entry, time, scale, detailed);
  return (
    <li data-state={row.state} data-risk={row.risk === "none" ? undefined : row.risk} data-testid={`person-${row.person}`}>
      <span class="dot" aria-hidden="true" />
      <button
        type="button"
        class="who"
        title={word("person_facts", { name: alias })}
        onClick={() => onShow(row.person)}
        data-testid={`facts-${row.person}`}
      >
        <span class="line">
          <strong class="alias" dir="auto">{alias}</strong>
          {row.you && <span class="soft"> ({t("room.you")})</span>}
          {row.hand && (
            <span class="hand">
              <Icon name="hand" />
              <span class="unseen">{t("room.hand")}</span>
            </span>
          )}
          {time.from !== null && <Clock time={time} from={time.from} />}
        </span>
        {notes.length > 0 && <span class="small state">{notes.join(" · ")}</span>}
      </button>
      {member !== null && !row.staff && mayMute && (
        <IconButton
          icon={row.microphone ? "mic" : "micOff"}
          label={row.microphone ? t("room.mute_name", { name: alias }) : t("room.is_muted", { name: alias })}
          disabled={!row.microphone}
          onClick={() => onMute(member)}
          data-testid={`person-mute-${member}`}
        />
      )}
      {items.length > 0 && <Menu label={t("room.more_name", { name: alias })} items={items} data-testid={`person-more-${member}`} />}
    </li>
  );
}

/** What has to be said in words: all of it where details are shown, else what is out of the ordinary. */
function notesOf(row: Row, entry: RosterEntry | null, time: Spent, scale: string, detailed: boolean): string[] {
  const notes: string[] = [];
  if (row.apart !== "") notes.push(t(`room.apart_${row.apart}`));
  else if (row.state === "away") notes.push(word("away"));
  else if (row.state === "left") notes.push(time.before > 0 ? word("left_after", { time: duration(time.before) }) : t("room.state_left"));
  else if (row.state === "expected") notes.push(word("not_opened"));
  else if (row.state === "no_show") notes.push(word("no_show"));
  else if (row.state === "opened" || row.state === "devices" || row.state === "signing" || row.state === "about") notes.push(word(`arriving_${row.state}`));
  else if (row.state !== "in") notes.push(t(`room.state_${row.state}`));
  if (row.breakout > 0) notes.push(t("room.in_room", { room: row.breakout }));
  if (row.risk !== "none") notes.push(t(`room.risk_${row.risk}`));
  if (time.gaps > 0 && row.member !== null) notes.push(word("gaps", { n: time.gaps }));
  if (!detailed || row.staff) return notes;
  if (entry !== null && row.member !== null) {
    notes.push(entry.check_in === null ? word("check_in_none") : entry.check_in.state);
  }
  if (scale !== "") notes.push(scale);
  return notes;
}

/** The text node follows the second by itself: no row is drawn anew because time passes. */
function Clock({ time, from }: { time: Spent; from: number }) {
  const text = useMemo(() => computed(() => duration(time.before + second.value - from)), [time.before, from]);
  const said = useMemo(() => computed(() => word("time_in", { time: duration(time.before + second.value - from) })), [time.before, from]);
  return (
    <span class="small clock" title={said.peek()}>
      {text}
    </span>
  );
}

interface FactsProps {
  readonly row: Row;
  readonly entry: RosterEntry | null;
  readonly stays: ClientPresence | null;
  readonly scales: ScalesSeen | null;
  readonly zone: string;
  readonly onClose: () => void;
}

function Facts({ row, entry, stays, scales, zone, onClose }: FactsProps) {
  const time = spent(stays?.stays ?? [], row.member === null ? null : row.since);
  const answers = scales?.people.filter((one) => one.member === row.member).flatMap((one) => one.given) ?? [];
  return (
    <Dialog title={t("room.facts_title", { name: row.alias })} closeLabel={t("close")} onClose={onClose} data-testid="facts">
      <dl class="facts">
        {row.legalName !== "" && (
          <>
            <dt>{word("facts_legal")}</dt>
            <dd>{row.legalName}</dd>
          </>
        )}
        {(time.from !== null || time.before > 0) && (
          <>
            <dt>{word("facts_here")}</dt>
            <dd>
              {time.from === null ? duration(time.before) : <Clock time={time} from={time.from} />}
              {time.gaps > 0 && `, ${word("facts_gaps", { n: time.gaps, time: duration(time.away) })}`}
            </dd>
          </>
        )}
        {answers.map((one) => (
          <>
            <dt>{named(scales, one.item)}</dt>
            <dd>{String(one.value)}</dd>
          </>
        ))}
      </dl>
      {entry?.check_in ? <CheckInFacts checkIn={entry.check_in} zone={zone} /> : !row.staff && <p class="soft">{word("check_in_none")}</p>}
    </Dialog>
  );
}

function Removed({ removed, onAllow }: { removed: readonly AtTheDoor[]; onAllow: (member: number) => void }) {
  return (
    <div class="stack tight">
      <h3 class="small">{t("room.removed_title")}</h3>
      <ul class="door">
        {removed.map((one) => (
          <li key={one.member}>
            <span class="who">
              <strong>{one.alias}</strong>
              <span class="soft small legal">{one.legal_name}</span>
            </span>
            <Button
              onClick={() => onAllow(one.member)}
              data-testid={`allow-back-${one.member}`}
            >
              {t("room.allow_back")}
              <span class="unseen">: {one.alias}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
