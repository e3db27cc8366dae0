/** Whether something from the wire is a message that this page understands. The examples in tests/wire/ are read by both sides. */
import type { Bye, ChatTold, RoomTold, Slots, Speaking, ToolTold } from "../wire.ts";

export type Tell = RoomTold | Slots | Speaking | ChatTold | ToolTold | Bye;

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: unknown, of: (one: unknown) => boolean): boolean => Array.isArray(value) && value.every(of);
const isNumber = (value: unknown): value is number => typeof value === "number";
const isText = (value: unknown): value is string => typeof value === "string";

function isRoom(value: unknown): boolean {
  return (
    isFields(value) &&
    isNumber(value["version"]) &&
    isNumber(value["media_epoch"]) &&
    isText(value["session"]) &&
    isFields(value["profile"]) &&
    isList(value["profile"]["tools"], isText) &&
    isFields(value["you"]) &&
    isText(value["you"]["standing"]) &&
    isList(value["you"]["may"], isText) &&
    isList(value["members"], (one) => isFields(one) && isNumber(one["member"]) && isText(one["alias"])) &&
    isList(value["waiting"], (one) => isFields(one) && isNumber(one["member"])) &&
    isList(value["removed"], (one) => isFields(one) && isNumber(one["member"]))
  );
}

function isLine(value: unknown): boolean {
  return isFields(value) && isText(value["id"]) && isNumber(value["sender"]) && isText(value["text"]) && isText(value["to"]);
}

const TELLS: Record<Tell["type"], (body: Fields) => boolean> = {
  room: (body) => isRoom(body["room"]),
  slots: (body) =>
    isNumber(body["epoch"]) &&
    isNumber(body["version"]) &&
    isList(body["slots"], (one) => isFields(one) && isText(one["mid"]) && (one["member"] === null || isNumber(one["member"]))),
  speaking: (body) => isList(body["members"], isNumber),
  chat_line: (body) => isLine(body["line"]),
  tool: (body) =>
    isText(body["tool"]) && isNumber(body["version"]) && [body["seen"], body["news"] ?? null].every((one) => one === null || (isFields(one) && isText(one["tool"]))),
  bye: (body) => isText(body["why"]),
};

/** The message, or null for one of another version of the server. */
export function isTell(name: string, body: unknown): Tell | null {
  if (!isFields(body) || !Object.hasOwn(TELLS, name)) return null;
  return TELLS[name as Tell["type"]](body) ? ({ ...body, type: name } as Tell) : null;
}
