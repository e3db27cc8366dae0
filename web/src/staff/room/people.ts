/**
 * The roster beside the video: everybody who is expected and everybody who came, one row each, in an order that does
 * not jump. A pure function of the schedule's roster, the room as the server last told it, and who was seen before.
 */
import type { Apart, Risk } from "../../wire.ts";
import type { Interval } from "../api.ts";
import type { OnTheWay } from "./cockpit.ts";

/** Somebody expected, from the session's page. */
export interface Expected {
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
}

/** Somebody in the room, as `RoomView.members` tells staff. */
export interface Seated {
  readonly member: number;
  readonly alias: string;
  readonly role: string;
  readonly you: boolean;
  readonly reconnecting: boolean;
  readonly microphone: boolean;
  readonly hand: number | null;
  readonly legal_name: string | null;
  readonly person: string | null;
  readonly since: number | null;
  readonly apart: Apart | null;
  /** Whether they are with the viewer. */
  readonly near?: boolean;
  readonly breakout?: number | null;
  readonly risk?: Risk | null;
}

/** Somebody who waits or was removed, as `RoomView.waiting` and `.removed` tell staff. */
export interface AtDoor {
  readonly member: number;
  readonly alias: string;
  readonly legal_name: string;
  readonly person: string;
  readonly since: number;
  readonly reconnecting: boolean;
  readonly risk?: Risk;
}

export interface Door {
  readonly members: readonly Seated[];
  readonly waiting: readonly AtDoor[];
  readonly removed: readonly AtDoor[];
}

export type State = "expected" | OnTheWay | "waiting" | "in" | "away" | "reconnecting" | "left" | "removed" | "no_show";

export interface Row {
  readonly person: string;
  readonly alias: string;
  readonly legalName: string;
  readonly state: State;
  readonly staff: boolean;
  readonly you: boolean;
  /** null when the person is not in the room. */
  readonly member: number | null;
  /** Since when the state lasts, where the server says so. */
  readonly since: number | null;
  readonly microphone: boolean;
  readonly hand: boolean;
  /** Not with the group: in the side room, or held apart. */
  readonly apart: Apart;
  /** The breakout room that they are in; 0 is the main room. */
  readonly breakout: number;
  /** How closely staff look after them. */
  readonly risk: Risk;
}


const STAFF = new Set(["facilitator", "cofacilitator", "observer"]);

const NOBODY: ReadonlyMap<string, State> = new Map();

/**
 * Clients in the roster's order, then others who came (family members), then staff. `elsewhere` is what is known of
 * those who are not here: on their way, or marked as a no-show.
 */
export function rowsOf(
  roster: readonly Expected[],
  door: Door,
  cameBefore: ReadonlySet<string>,
  elsewhere: ReadonlyMap<string, State> = NOBODY,
): Row[] {
  const now = new Map<string, Row>();
  for (const one of door.removed) now.set(idOf(one), atDoor(one, "removed"));
  for (const one of door.waiting) now.set(idOf(one), atDoor(one, one.reconnecting ? "reconnecting" : "waiting"));
  const mine = door.members.find((one) => one.you)?.breakout ?? 0;
  for (const one of door.members) now.set(idOf(one), seated(one, mine));

  const rows = roster.map((one) => {
    const here = now.get(one.person);
    now.delete(one.person);
    return here ?? absent(one, elsewhere.get(one.person) ?? (cameBefore.has(one.person) ? "left" : "expected"));
  });
  const rest = [...now.values()];
  return [...rows, ...rest.filter((row) => !row.staff), ...rest.filter((row) => row.staff)];
}

/** Who waits now and did not wait before: what the chime rings for. */
export function newlyWaiting(before: readonly AtDoor[], now: readonly AtDoor[]): AtDoor[] {
  const known = new Set(before.map((one) => `${one.member} ${one.since}`));
  return now.filter((one) => !known.has(`${one.member} ${one.since}`));
}

/** A peer who hosts is told nobody's id: then the number in the room stands for it. */
function idOf(one: { readonly member: number; readonly person: string | null }): string {
  return one.person === null || one.person === "" ? `member-${one.member}` : one.person;
}

function seated(one: Seated, mine: number): Row {
  const breakout = one.breakout ?? 0;
  const away = one.near === false && breakout === mine && (one.apart ?? "") === "";
  return {
    person: idOf(one),
    alias: one.alias,
    legalName: one.legal_name ?? "",
    state: one.reconnecting ? "reconnecting" : away && !one.you ? "away" : "in",
    staff: STAFF.has(one.role),
    you: one.you,
    member: one.member,
    since: one.since,
    microphone: one.microphone,
    hand: one.hand !== null,
    apart: one.apart ?? "",
    breakout,
    risk: one.risk ?? "none",
  };
}

function atDoor(one: AtDoor, state: State): Row {
  return {
    person: idOf(one),
    alias: one.alias,
    legalName: one.legal_name,
    state,
    staff: false,
    you: false,
    member: null,
    since: one.since,
    microphone: false,
    hand: false,
    apart: "",
    breakout: 0,
    risk: one.risk ?? "none",
  };
}

function absent(one: Expected, state: State): Row {
  return {
    person: one.person,
    alias: one.alias,
    legalName: one.legal_name,
    state,
    staff: false,
    you: false,
    member: null,
    since: null,
    microphone: false,
    hand: false,
    apart: "",
    breakout: 0,
    risk: "none",
  };
}

/** How long somebody has been here: before the stay that goes on, since when that lasts, and what lies between. */
export interface Spent {
  readonly before: number;
  /** null: they are not here. */
  readonly from: number | null;
  readonly gaps: number;
  readonly away: number;
}

/** From the record's stays, which may be some seconds old, and from the room, which says since when they are seated. */
export function spent(stays: readonly Interval[], since: number | null): Spent {
  const last = stays.at(-1);
  const closed = stays.filter((stay) => stay.end !== null);
  const from = since === null ? null : last !== undefined && last.end === null ? last.start : since;
  const before = closed.reduce((sum, stay) => sum + (stay.end ?? stay.start) - stay.start, 0);
  const between = stays.slice(1).map((stay, index) => stay.start - (stays[index]?.end ?? stay.start));
  const away = between.reduce((sum, gap) => sum + gap, 0);
  return { before, from, gaps: between.filter((gap) => gap > 0).length, away };
}
