import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { NoteSection, NotesDoor } from "../../src/staff/api.ts";
import { PAUSE } from "../../src/staff/autosave.ts";
import { Notebook } from "../../src/staff/notes.ts";
import type { Keeper } from "../../src/staff/notes.ts";
import { routeOf } from "../../src/staff/route.ts";

/** A server's notes in memory, with revisions and refusals as the real one has them, and a line that can be cut. */
class Server implements NotesDoor {
  readonly kept = new Map<string, NoteSection>();
  cut = false;
  saves = 0;

  constructor(...about: string[]) {
    for (const one of about) this.#put(one, 0, "");
  }

  #put(about: string, revision: number, text: string): NoteSection {
    const section: NoteSection = {
      about: about === "group" ? null : about,
      revision,
      state: "draft",
      text,
      author: "a",
      saved: revision,
      signed: null,
      signed_by: null,
    };
    this.kept.set(about, section);
    return section;
  }

  /** As another editor does. */
  write(about: string, text: string): void {
    this.#put(about, (this.kept.get(about)?.revision ?? 0) + 1, text);
  }

  load: NotesDoor["load"] = () =>
    Promise.resolve(this.cut ? { kind: "unreachable" } : { kind: "ok", sections: [...this.kept.values()] });

  save: NotesDoor["save"] = (_session, about, text, revision) => {
    if (this.cut) return Promise.resolve({ kind: "unreachable" });
    this.saves++;
    const current = this.kept.get(about);
    if (current === undefined) return Promise.resolve({ kind: "refused", code: "no_such_thing" });
    if (current.revision !== revision) return Promise.resolve({ kind: "stale", current });
    return Promise.resolve({ kind: "ok", section: this.#put(about, revision + 1, text) });
  };

  sign: NotesDoor["sign"] = () => {
    const missing = [...this.kept].filter(([, one]) => one.text === "").map(([about]) => about);
    if (missing.length > 0) return Promise.resolve({ kind: "refused", code: "note_incomplete", missing });
    for (const [about, one] of this.kept) this.kept.set(about, { ...one, state: "signed", signed: 9, signed_by: "a" });
    return Promise.resolve({ kind: "ok", sections: [...this.kept.values()] });
  };
}

async function opened(server: Server): Promise<{ book: Notebook; keeper: (about: string) => Keeper }> {
  const book = new Notebook("s", server);
  book.open();
  await vi.advanceTimersByTimeAsync(0);
  const keeper = (about: string): Keeper => {
    const found = book.keepers.peek().find((one) => one.about === about);
    if (found === undefined) throw new Error(`no section about ${about}`);
    return found;
  };
  return { book, keeper };
}

const type = (keeper: Keeper, text: string) => keeper.tell({ kind: "typed", text, at: Date.now() });

describe("notebook", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("saves a section after a pause and leaves the others alone", async () => {
    const server = new Server("group", "p1");
    const { book, keeper } = await opened(server);
    type(keeper("group"), "Coping");
    await vi.advanceTimersByTimeAsync(PAUSE - 1);
    expect(server.saves).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.kept.get("group")?.text).toBe("Coping");
    expect(server.kept.get("p1")?.revision).toBe(0);
    book.close();
  });

  it("sends what was written while the line was cut, once it is back", async () => {
    const server = new Server("group");
    const { book, keeper } = await opened(server);
    server.cut = true;
    type(keeper("group"), "Kept");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(keeper("group").draft.peek().phase).toBe("offline");
    server.cut = false;
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(server.kept.get("group")?.text).toBe("Kept");
    book.close();
  });

  it("adds the section of somebody who came later and keeps what is being written", async () => {
    const server = new Server("group");
    const { book, keeper } = await opened(server);
    type(keeper("group"), "In the middle of a");
    const before = keeper("group");
    server.write("p1", "");
    await book.look();
    expect(book.keepers.peek().map((one) => one.about)).toEqual(["group", "p1"]);
    expect(keeper("group")).toBe(before);
    expect(before.draft.peek().text).toBe("In the middle of a");
    book.close();
  });

  it("signs only after everything is saved, and says what is missing", async () => {
    const server = new Server("group", "p1");
    const { book, keeper } = await opened(server);
    type(keeper("group"), "Group");
    expect(await book.sign()).toEqual({ code: "note_incomplete", missing: ["p1"] });
    expect(server.kept.get("group")?.text).toBe("Group");
    type(keeper("p1"), "Took part");
    expect(await book.sign()).toBeNull();
    expect(keeper("p1").draft.peek()).toMatchObject({ phase: "signed", text: "Took part" });
    book.close();
  });

  it("does not sign over a conflict", async () => {
    const server = new Server("group");
    const { book, keeper } = await opened(server);
    server.write("group", "Theirs");
    type(keeper("group"), "Mine");
    expect(await book.sign()).toEqual({ code: "unsaved", missing: [] });
    expect(keeper("group").draft.peek()).toMatchObject({ phase: "conflict", theirs: { text: "Theirs" } });
    expect(server.kept.get("group")?.state).toBe("draft");
    book.close();
  });

  it("sends the last words when its page closes", async () => {
    const server = new Server("group");
    const { book, keeper } = await opened(server);
    type(keeper("group"), "Last words");
    book.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(server.kept.get("group")?.text).toBe("Last words");
  });
});

describe("route", () => {
  it("takes only fragments that name a page", () => {
    expect(routeOf("#/session/ab_C-9")).toEqual({ page: "session", session: "ab_C-9" });
    expect(routeOf("#/day/2026-11-24")).toEqual({ page: "day", day: "2026-11-24" });
    expect(routeOf("#/attendance")).toEqual({ page: "attendance" });
    for (const odd of ["", "#", "#/day/2026-13-40", "#/session/<b>", "#/nowhere"]) expect(routeOf(odd).page).toBe("today");
  });
});
