/**
 * What this page knows of its session, as one value, and how each message changes it. Pure: no clock, no connection.
 *
 * `wanted` is what the person chose; `room.you` is what the room has recorded. They differ while an answer is under
 * way, and then `asking` is set: only outside of that does a microphone that goes off in the room mean that a host
 * muted it. Look next at session.ts, which makes the outside follow this value.
 */
import type { Bye, ChatLine, ChatTold, JoinAnswer, News, RefusalCode, RoomTold, RoomView, Seen, Slots, Speaking, ToolTold } from "../wire.ts";

/** What the person wants to send. */
export interface Wanted {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}

/** Why this page has no part in the session any more. */
export type Over = "left" | Exclude<Bye["why"], "restart"> | RefusalCode;

export interface ToolNow {
  readonly version: number;
  readonly seen: Seen | null;
}
export type Tools = Readonly<Record<string, ToolNow>>;

export interface State {
  /** Signalling: before the first join, in the room, or lost and coming back. */
  readonly link: "connecting" | "up" | "down";
  readonly media: "connecting" | "up" | "down";
  /** The network blocks the usual way of media, and it takes another. */
  readonly detour: boolean;
  readonly room: RoomView | null;
  readonly slots: Slots | null;
  /** Loudest first. */
  readonly speaking: readonly number[];
  readonly chat: readonly ChatLine[];
  /** What is seen of each tool, by its name. */
  readonly tools: Tools;
  readonly wanted: Wanted;
  readonly asking: boolean;
  /** Whether the room was last told that a microphone is on: one that a device has lost was not muted by a host. */
  readonly saidMicrophone: boolean;
  readonly mutedByHost: boolean;
  /** The last refusal that may pass: the page goes on trying. */
  readonly refused: RefusalCode | null;
  readonly over: Over | null;
}

export type Message =
  | RoomTold
  | Slots
  | Speaking
  | ChatTold
  | ToolTold
  | Bye
  | { readonly type: "joined"; readonly answer: JoinAnswer }
  | { readonly type: "refused"; readonly code: RefusalCode }
  | { readonly type: "link"; readonly link: State["link"] }
  | { readonly type: "media"; readonly media: State["media"] }
  | { readonly type: "routed"; readonly detour: boolean }
  | { readonly type: "want"; readonly wanted: Partial<Wanted> }
  | { readonly type: "asking"; readonly asking: boolean; readonly microphone: boolean }
  | { readonly type: "left" };

/** Whether somebody who waits knows that this host looks in. */
export function lookedAt(room: RoomView | null, noticed: number | null): boolean {
  return room?.you.standing === "waiting" && room.look !== null && room.look.member === noticed;
}

export function sameWanted(a: Wanted, b: Wanted): boolean {
  return a.microphone === b.microphone && a.camera === b.camera && a.screen === b.screen;
}

const NOTHING: Wanted = { microphone: false, camera: false, screen: false };

/** As many as the room's ring keeps; older ones are gone for newcomers, too. */
const CHAT_KEPT = 500;

/** Refusals of `join` that time or staff may undo. All others end this page's part. */
const MAY_PASS: ReadonlySet<RefusalCode> = new Set(["not_open_yet", "locked", "full", "not_now", "internal", "too_many", "no_media"]);

export function initial(wanted: Wanted): State {
  return {
    link: "connecting",
    media: "connecting",
    detour: false,
    room: null,
    slots: null,
    speaking: [],
    chat: [],
    tools: {},
    wanted,
    asking: false,
    saidMicrophone: true,
    mutedByHost: false,
    refused: null,
    over: null,
  };
}

export function reduce(state: State, message: Message): State {
  // Whatever is still on its way when a page's part has ended changes nothing.
  if (state.over) return state;
  switch (message.type) {
    case "room":
      if (state.room && message.room.version < state.room.version) return state;
      return withRoom(state, message.room);
    case "joined":
      return withRoom(
        {
          ...state,
          link: "up",
          refused: null,
          chat: merged(state.chat, message.answer.chat),
          tools: message.answer.tools.reduce(told, state.tools),
        },
        message.answer.room,
      );
    case "refused":
      return MAY_PASS.has(message.code) ? { ...state, refused: message.code } : { ...state, over: message.code };
    case "slots":
      if (state.slots && order(message, state.slots) < 0) return state;
      return { ...state, slots: message };
    case "speaking":
      return { ...state, speaking: message.members };
    case "chat_line":
      return { ...state, chat: merged(state.chat, [message.line]) };
    case "tool":
      return { ...state, tools: told(state.tools, message) };
    case "bye":
      return message.why === "restart" ? { ...state, link: "down" } : { ...state, over: message.why };
    case "link":
      return { ...state, link: message.link };
    case "media":
      return { ...state, media: message.media };
    case "routed":
      return { ...state, detour: message.detour };
    case "want": {
      const asked = { ...state.wanted, ...message.wanted };
      const wanted = state.room?.you.hushed ? { ...asked, microphone: false } : asked;
      return { ...state, wanted, mutedByHost: state.mutedByHost && !wanted.microphone };
    }
    case "asking":
      return { ...state, asking: message.asking, saidMicrophone: message.microphone };
    case "left":
      return { ...state, over: "left" };
  }
}

function withRoom(state: State, room: RoomView): State {
  const muted = !state.asking && state.saidMicrophone && state.wanted.microphone && state.room?.you.microphone === true && !room.you.microphone;
  // Whoever steps away for a moment sends nothing, and switches on again what they want to; in quiet nobody asks in vain.
  const away = room.you.apart === "moment";
  const still = muted || room.you.hushed;
  return {
    ...state,
    room,
    wanted: away ? NOTHING : still ? { ...state.wanted, microphone: false } : state.wanted,
    mutedByHost: !away && !room.you.hushed && (state.mutedByHost || muted),
    over: room.ended ? "ended" : room.you.standing === "removed" ? "removed" : null,
  };
}

function order(a: Slots, b: Slots): number {
  return a.epoch - b.epoch || a.version - b.version;
}

/** The same version may be told again with more in it: to whoever is let in, or is among others now. */
function told(tools: Tools, { tool, version, seen, news }: ToolTold): Tools {
  const known = tools[tool];
  if (known && known.version > version) return tools;
  return { ...tools, [tool]: { version, seen: news ? grown(known?.seen ?? null, news) : seen } };
}

/** What was seen, with what is new of it. Marks have numbers, so that news told twice change nothing. */
function grown(seen: Seen | null, { marks, gone, ...others }: News): Seen | null {
  if (seen?.tool !== "board") return seen;
  const known = seen.marks.filter((one) => !gone.includes(one.id) && !marks.some((fresh) => fresh.id === one.id));
  return { ...seen, ...others, marks: [...known, ...marks] };
}

/** Both, each line once, in the order of arrival. A resumed page is told again what it may have. */
function merged(have: readonly ChatLine[], more: readonly ChatLine[]): readonly ChatLine[] {
  const known = new Set(have.map((line) => line.id));
  const fresh = more.filter((line) => !known.has(line.id));
  return fresh.length ? [...have, ...fresh].slice(-CHAT_KEPT) : have;
}
