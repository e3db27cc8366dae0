import { cleanup, fireEvent, render, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { beginOf, chooseFor } from "../../src/staff/notes/begin.ts";
import { free, FREE_TEMPLATE, textOf } from "../../src/staff/notes/content.ts";
import type { Facts, NoteSection, NotesDoor } from "../../src/staff/notes/door.ts";
import { Notebook, templates } from "../../src/staff/notes.ts";
import { NotesPanel } from "../../src/staff/NotesPanel.tsx";

const CLIENTS = Array.from({ length: 20 }, (_, n) => `client-${String(n).padStart(2, "0")}`);
const NAMES = new Map(CLIENTS.map((id, n) => [id, { alias: `Alias ${n}`, legalName: `Legal Name ${n}` }]));

function section(about: string | null, revision = 0, text = "", kind = "group_therapy"): NoteSection {
  return {
    ...free(text), about, revision, state: "draft", author: "a", saved: revision, signed: null, signed_by: null, digest: "",
    supervisor: null, days_late: 0, facts: { kind, goals: [] } as unknown as Facts, facts_changed: false, answers: [], later: [], counts: free(text),
  };
}

/** A server that keeps what it is sent. */
function door(sections: readonly NoteSection[]): NotesDoor & { readonly kept: Map<string, NoteSection> } {
  const kept = new Map(sections.map((one) => [one.about ?? "group", one]));
  return {
    kept,
    templates: () => Promise.resolve([]),
    load: () => Promise.resolve({ kind: "ok", sections: [...kept.values()], people: {}, planned: { kind: "group_therapy", begins: { shared: "free/1", client: "free/1" } } }),
    save: (_, about, { content, revision }) => {
      const saved = section(about === "group" ? null : about, revision + 1, textOf(content));
      kept.set(about, saved);
      return Promise.resolve({ kind: "ok", section: saved });
    },
    check: () => Promise.resolve({ kind: "unreachable" }),
    sign: () => Promise.resolve({ kind: "unreachable" }),
  };
}

async function opened(server: NotesDoor): Promise<{ readonly book: Notebook; readonly areas: () => HTMLTextAreaElement[] }> {
  const book = new Notebook("session-1", server);
  await book.look();
  const page = render(<NotesPanel book={book} names={NAMES} ended={false} />);
  return { book, areas: () => [...page.container.querySelectorAll("textarea")] };
}

const focused = () => document.activeElement?.closest<HTMLElement>("[data-section]")?.dataset["section"];
const press = (key: string, more: object = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key, ctrlKey: true, ...more });

describe("the composer with a group of twenty", () => {
  beforeEach(() => {
    Element.prototype.scrollIntoView = () => undefined;
  });
  afterEach(cleanup);

  it("is written from the first client to the last without a mouse, and saved by a key", async () => {
    const server = door([section(null), ...CLIENTS.map((id) => section(id))]);
    const { book, areas } = await opened(server);
    expect(areas()).toHaveLength(21);
    areas()[0]?.focus();
    const way: (string | undefined)[] = [];
    for (let n = 0; n <= CLIENTS.length; n++) {
      way.push(focused());
      const area = document.activeElement as HTMLTextAreaElement;
      area.value = `About ${focused() ?? ""}`;
      fireEvent.input(area);
      press("Enter");
    }
    expect(way).toEqual(["group", ...CLIENTS]);
    expect(focused()).toBe("group");
    press("Enter", { shiftKey: true });
    expect(focused()).toBe(CLIENTS.at(-1));
    press("s");
    await waitFor(() => expect([...server.kept.values()].map(textOf)).toEqual(["group", ...CLIENTS].map((about) => `About ${about}`)));
    expect([...server.kept.values()].every(({ revision }) => revision === 1)).toBe(true);
    book.close();
  });

  it("has for a session of one client one place to write, and none about a group", async () => {
    const { book, areas } = await opened(door([section("client-00", 0, "", "individual")]));
    expect(areas().map((area) => area.closest<HTMLElement>("[data-section]")?.dataset["section"])).toEqual(["client-00"]);
    book.close();
  });
});

describe("a note that nobody has begun", () => {
  afterEach(() => {
    templates.value = [FREE_TEMPLATE];
    localStorage.clear();
  });

  it("begins as the kind of session says, or as this browser has chosen in the place of just that", () => {
    const dap = { ...FREE_TEMPLATE, id: "dap/1" };
    const shared = { ...FREE_TEMPLATE, id: "group/1" };
    templates.value = [FREE_TEMPLATE, dap, { ...dap, id: "birp/1" }, shared];
    const book = new Notebook("session-1", door([]));
    book.planned.value = { kind: "individual", begins: { shared: "dap/1", client: "dap/1" } };
    expect([beginOf(book, "client"), beginOf(book, "client", "free/1")]).toEqual(["dap/1", "free/1"]);
    chooseFor("dap/1", "birp/1");
    expect(beginOf(book, "client")).toBe("birp/1");
    book.planned.value = { kind: "group_therapy", begins: { shared: "group/1", client: "free/1" } };
    expect([beginOf(book, "group"), beginOf(book, "client")]).toEqual(["group/1", "free/1"]);
  });

  it("begins with free text as long as no template is known", () => {
    const book = new Notebook("session-1", door([]));
    book.planned.value = { kind: "individual", begins: { shared: "dap/1", client: "dap/1" } };
    expect(beginOf(book, "client")).toBe("free/1");
  });
});
