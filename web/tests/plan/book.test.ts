import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { HttpError } from "../../src/core/http.ts";
import { Book } from "../../src/plan/book.ts";
import type { Edit, Line, Plan, PlanDoor } from "../../src/plan/door.ts";

const line = (id: string, text: string, changes = 1): Line => ({ id, section: "signs", text, relation: "", phone: "", ticked: false, changes });
const plan = (revision: number, ...lines: Line[]): Plan => ({ whose: "w", revision, lines, digest: "", shown: [], sections: [], numbers: [], versions: [], writes: true, signs: "client" });
const words = (text: string) => ({ text, relation: "", phone: "" });

/** A server that takes additions, or fails as it is told. */
class Server {
  now = plan(0);
  failure: string | null = null;
  asked: string[] = [];
  readonly door = {
    read: () => Promise.resolve(this.now),
    edit: (op: string, edits: readonly Edit[]) => {
      this.asked.push(op);
      if (this.failure !== null) return Promise.reject(new HttpError(0, this.failure));
      this.now = plan(this.now.revision + 1, ...this.now.lines, ...edits.flatMap((edit) => (edit.do === "add" ? [line(edit.id, edit.text)] : [])));
      return Promise.resolve(this.now);
    },
  } as unknown as PlanDoor;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a plan that is being written", () => {
  it("is sent after a short pause, and says which revision came of it", async () => {
    const server = new Server();
    const book = await Book.open(server.door, "own");
    const saved = vi.fn();
    book.saved = saved;
    book.added("signs", words("sleep"));
    expect(book.lines.value.map((one) => one.text)).toEqual(["sleep"]);
    expect(server.asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(400);
    expect(saved).toHaveBeenCalledWith(1);
    expect(book.unsent.value).toBe(false);
    book.close();
  });

  it("is kept and repeated under its name while there is no connection", async () => {
    const server = new Server();
    server.failure = "offline";
    const book = await Book.open(server.door, "own");
    book.added("signs", words("sleep"));
    await vi.advanceTimersByTimeAsync(4000);
    expect(book.trouble.value).toBe("offline");
    expect(new Set(server.asked).size).toBe(1);
    expect(server.asked.length).toBeGreaterThan(1);
    server.failure = null;
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(book.trouble.value).toBeNull();
    expect(server.now.lines.map((one) => one.text)).toEqual(["sleep"]);
    book.close();
  });

  it("is taken up by the next page of the same person, and of nobody else", async () => {
    const server = new Server();
    server.failure = "offline";
    const first = await Book.open(server.door, "own");
    first.added("signs", words("sleep"));
    first.close();
    await vi.advanceTimersByTimeAsync(0);
    const other = await Book.open(server.door, "somebody");
    expect(other.lines.value).toEqual([]);
    const again = await Book.open(server.door, "own");
    expect(again.lines.value.map((one) => one.text)).toEqual(["sleep"]);
    server.failure = null;
    expect(await again.settle()).toBe(true);
    other.close();
    again.close();
  });

  it("shows words that the server will not take", async () => {
    const server = new Server();
    server.failure = "full";
    const book = await Book.open(server.door, "own");
    book.added("signs", words("one too many"));
    await vi.advanceTimersByTimeAsync(400);
    expect(book.trouble.value).toBe("full");
    expect(book.left.value).toEqual(["one too many"]);
    expect(book.lines.value).toEqual([]);
    book.close();
  });
});
