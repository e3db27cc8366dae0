/** Private messages as conversations, one for each person. Pure: of the lines that this page was told. */
import type { ChatLine, Participant } from "../../wire.ts";

/** Somebody in the room, or at its door. */
export type Somebody = Pick<Participant, "member" | "alias" | "role">;

/** Whom a conversation is with: a member's number, or staff among themselves. */
export type With = number | "staff";

export interface Conversation {
  readonly whom: With;
  readonly alias: string;
  /** Whether an answer would arrive now. */
  readonly here: boolean;
  readonly lines: readonly ChatLine[];
  /** How many lines of others nobody here has looked at. */
  readonly unread: number;
}

const STAFF = new Set(["facilitator", "cofacilitator", "observer"]);

/** Those with something unread first, then by the last line; `read` holds ids of lines that were on the screen. */
export function conversations(
  chat: readonly ChatLine[],
  members: readonly Somebody[],
  me: number,
  read: ReadonlySet<string>,
): Conversation[] {
  const found = new Map<With, ChatLine[]>();
  const names = new Map<With, string>();
  const people = new Map(members.map((one) => [one.member, one]));
  const isStaff = (member: number) => member === me || STAFF.has(people.get(member)?.role ?? "");
  const answered = new Set(chat.flatMap((line) => memberOf(line.to) ?? []));
  for (const line of chat) {
    if (line.to === "all") continue;
    const to = memberOf(line.to);
    // Who has left is in the list no more: whoever staff have answered was no staff.
    const whom: With = to ?? (isStaff(line.sender) && !answered.has(line.sender) ? "staff" : line.sender);
    if (to === null && whom !== "staff") names.set(whom, line.alias);
    found.set(whom, [...(found.get(whom) ?? []), line]);
  }
  return [...found]
    .map(([whom, lines]) => ({
      whom,
      alias: whom === "staff" ? "" : (people.get(whom)?.alias ?? names.get(whom) ?? ""),
      here: whom === "staff" || people.has(whom),
      lines,
      unread: lines.filter((line) => line.sender !== me && !read.has(line.id)).length,
    }))
    .sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0) || last(b) - last(a));
}

export function unreadOf(all: readonly Conversation[]): number {
  return all.reduce((sum, one) => sum + one.unread, 0);
}

function memberOf(to: string): number | null {
  return to.startsWith("member:") ? Number(to.slice("member:".length)) : null;
}

function last(one: Conversation): number {
  return one.lines.at(-1)?.at ?? 0;
}
