import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { PAUSE } from "../../src/staff/autosave.ts";
import { free, tagOf, textOf } from "../../src/staff/notes/content.ts";
import type { Content } from "../../src/staff/notes/content.ts";
import type { Lack, NoteSection, NotesDoor } from "../../src/staff/notes/door.ts";
import { shelfOf } from "../../src/staff/notes/kept.ts";
import { Notebook } from "../../src/staff/notes.ts";
import type { SectionKeeper } from "../../src/staff/notes.ts";
import { linkTo, routeOf } from "../../src/staff/route.ts";

/** A server's notes in memory, with revisions and refusals as the real one has them, and a line that can be cut. */
class Server implements NotesDoor {
  readonly kept = new Map<string, NoteSection>();
  cut = false;
  /** It hears and does, and its answers are lost. */
  deaf = false;
  saves = 0;
  readonly #answered = new Map<string, NoteSection>();

  constructor(...about: string[]) {
    for (const one of about) this.#put(one, 0, free(""));
  }

  #put(about: string, revision: number, content: Content): NoteSection {
    const section: NoteSection = {
      ...content,
      about: about === "group" ? null : about,
      revision,
      state: "draft",
      author: "a",
      saved: revision,
      signed: null,
      signed_by: null,
      digest: "",
      supervisor: null,
      days_late: 0,
      facts: null,
      facts_changed: false,
      answers: [],
      later: [],
      counts: content,
    };
    this.kept.set(about, section);
    return section;
  }

  text(about: string): string {
    return textOf(this.kept.get(about) ?? free(""));
  }

  /** As another editor does. */
  write(about: string, text: string): void {
    this.#put(about, (this.kept.get(about)?.revision ?? 0) + 1, free(text));
  }

  templates: NotesDoor["templates"] = () => Promise.resolve([]);

  load: NotesDoor["load"] = () =>
    Promise.resolve(this.cut ? { kind: "unreachable" } : { kind: "ok", sections: [...this.kept.values()], people: {}, planned: { kind: "group_therapy", begins: { shared: "free/1", client: "free/1" } } });

  save: NotesDoor["save"] = (_session, about, { content, revision, op }) => {
    if (this.cut) return Promise.resolve({ kind: "unreachable" });
    const before = this.#answered.get(op);
    if (before !== undefined) return Promise.resolve({ kind: "ok", section: before });
    this.saves++;
    const current = this.kept.get(about);
    if (current === undefined) return Promise.resolve({ kind: "refused", code: "no_such_thing" });
    if (current.revision !== revision) return Promise.resolve({ kind: "stale", current });
    const section = this.#put(about, revision + 1, content);
    this.#answered.set(op, section);
    if (this.deaf) return Promise.resolve({ kind: "unreachable" });
    return Promise.resolve({ kind: "ok", section });
  };

  #lacks(): Lack[] {
    const empty = [...this.kept.values()].filter((one) => textOf(one) === "");
    return empty.map((one) => ({ what: "empty", about: one.about, field: "", finding: null }));
  }

  check: NotesDoor["check"] = () =>
    Promise.resolve({ kind: "ok", check: { tag: "", ended: true, unready: this.#lacks(), days_late: 0, supervisor: null } });

  sign: NotesDoor["sign"] = (_session, tag) => {
    const now = tagOf([...this.kept].map(([about, { revision }]) => ({ about, revision })));
    if (tag !== now) return Promise.resolve({ kind: "stale", sections: [...this.kept.values()] });
    const unready = this.#lacks();
    if (unready.length > 0) return Promise.resolve({ kind: "incomplete", unready });
    for (const [about, one] of this.kept) this.kept.set(about, { ...one, state: "signed", signed: 9, signed_by: "a" });
    return Promise.resolve({ kind: "ok", sections: [...this.kept.values()], people: {} });
  };
}

async function opened(server: Server, person = ""): Promise<{ book: Notebook; keeper: (about: string) => SectionKeeper }> {
  const book = person === "" ? new Notebook("s", server) : new Notebook("s", server, shelfOf(person, "s"));
  book.open();
  await vi.advanceTimersByTimeAsync(0);
  const keeper = (about: string): SectionKeeper => {
    const found = book.keepers.peek().find((one) => one.about === about);
    if (found === undefined) throw new Error(`no section about ${about}`);
    return found;
  };
  return { book, keeper };
}

const type = (keeper: SectionKeeper, text: string) => keeper.tell({ kind: "typed", content: free(text), at: Date.now() });

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
    expect(server.text("group")).toBe("Coping");
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
    expect(server.text("group")).toBe("Kept");
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
    expect(before.draft.peek().content).toEqual(free("In the middle of a"));
    book.close();
  });

  it("signs only after everything is saved, and says what is missing", async () => {
    const server = new Server("group", "p1");
    const { book, keeper } = await opened(server);
    type(keeper("group"), "Group");
    expect(await book.sign("op")).toBe("note_incomplete");
    expect(book.unready()).toMatchObject([{ what: "empty", about: "p1" }]);
    expect(server.text("group")).toBe("Group");
    type(keeper("p1"), "Took part");
    expect(await book.sign("op")).toBeNull();
    expect(keeper("p1").draft.peek()).toMatchObject({ phase: "signed", content: free("Took part") });
    book.close();
  });

  it("does not sign over a conflict", async () => {
    const server = new Server("group");
    const { book, keeper } = await opened(server);
    server.write("group", "Theirs");
    type(keeper("group"), "Mine");
    expect(await book.sign("op")).toBe("unsaved");
    expect(keeper("group").draft.peek()).toMatchObject({ phase: "conflict", theirs: { content: free("Theirs") } });
    expect(server.kept.get("group")?.state).toBe("draft");
    book.close();
  });

  it("signs what its page shows, and nothing that somebody else saved since", async () => {
    const server = new Server("group");
    const { book, keeper } = await opened(server);
    type(keeper("group"), "Read by me");
    await book.settle();
    server.write("group", "Not read by me");
    expect(await book.sign("op")).toBe("stale");
    expect(keeper("group").draft.peek().content).toEqual(free("Not read by me"));
    expect(server.kept.get("group")?.state).toBe("draft");
    book.close();
  });

  it("does not save twice what was saved but not answered", async () => {
    const server = new Server("group");
    const { book, keeper } = await opened(server);
    server.deaf = true;
    type(keeper("group"), "Once");
    keeper("group").flush();
    await vi.advanceTimersByTimeAsync(0);
    type(keeper("group"), "Once and more");
    server.deaf = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([server.text("group"), server.saves]).toEqual(["Once and more", 2]);
    expect(keeper("group").draft.peek().phase).toBe("saved");
    book.close();
  });

  it("hands unsent words to the next page of the same person, once", async () => {
    const server = new Server("group");
    const first = await opened(server, "robin");
    server.cut = true;
    type(first.keeper("group"), "Written on the train");
    await vi.advanceTimersByTimeAsync(400);
    first.book.close();
    server.cut = false;
    const other = await opened(server, "jo");
    expect(other.keeper("group").draft.peek().phase).toBe("saved");
    other.book.close();
    const second = await opened(server, "robin");
    await vi.advanceTimersByTimeAsync(0);
    expect(server.text("group")).toBe("Written on the train");
    expect(second.keeper("group").draft.peek().phase).toBe("saved");
    second.book.close();
    expect((await shelfOf("robin", "s").take()).size).toBe(0);
  });

  it("sends the last words when its page closes", async () => {
    const server = new Server("group");
    const { book, keeper } = await opened(server);
    type(keeper("group"), "Last words");
    book.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(server.text("group")).toBe("Last words");
  });
});

describe("route", () => {
  it("takes only fragments that name a page", () => {
    expect(routeOf("#/session/ab_C-9")).toEqual({ page: "session", rest: ["ab_C-9"] });
    expect(routeOf(linkTo("day", "2026-11-24"))).toEqual({ page: "day", rest: ["2026-11-24"] });
    expect(linkTo("today")).toBe("#/");
    for (const odd of ["", "#", "#/", "#/session/<b>", "#/session/", "#/a b"]) expect(routeOf(odd).page).toBe("");
  });
});
