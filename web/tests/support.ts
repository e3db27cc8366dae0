/** The examples of tests/wire/, which pytest and the manual read as well. */
import type { Bye, ChatTold, JoinAnswer, RoomTold, RoomView, Slots, Speaking } from "../src/wire.ts";

interface Example {
  ask?: Record<string, unknown>;
  answer?: { ok: boolean };
  tell?: { type: string };
}

const files = import.meta.glob<Example>("../../tests/wire/*.json", { eager: true, import: "default" });

export const EXAMPLES: ReadonlyMap<string, Example> = new Map(
  Object.entries(files).map(([path, example]) => [/([^/]+)\.json$/.exec(path)?.[1] ?? path, example]),
);

export interface Tells {
  room: RoomTold;
  slots: Slots;
  speaking: Speaking;
  chat_line: ChatTold;
  bye: Bye;
}

export function told<N extends keyof Tells>(name: N): Tells[N] {
  return EXAMPLES.get(name)?.tell as unknown as Tells[N];
}

export function joinAnswer(): JoinAnswer {
  return EXAMPLES.get("join")?.answer as unknown as JoinAnswer;
}

/** Bob's room of the `join` example, changed. */
export function room(change: Partial<RoomView> = {}, you: Partial<RoomView["you"]> = {}): RoomView {
  const base = joinAnswer().room;
  return { ...base, ...change, you: { ...base.you, ...you } };
}
