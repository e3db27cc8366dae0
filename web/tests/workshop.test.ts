import { describe, expect, it, vi } from "vitest";

import { prefilled } from "../src/staff/notes/content.ts";
import { fieldsOf } from "../src/staff/said.ts";
import type { HttpDoor } from "../src/core/http.ts";
import { openSlides } from "../src/tools/slides/deck.ts";
import { isWhole, tidy } from "../src/tools/quiz/Editor.tsx";

const field = (name: string) => ({ name, title: name, hint: "", required: true });
const GROUP = { id: "group/1", title: "Group", offered: true, fields: [field("topic"), field("interventions"), field("curriculum")] };

describe("what a session has said of itself", () => {
  it("begins the note with what was shown and the topic", () => {
    const said = fieldsOf({ topic: "Coping skills", materials: [{ material: "m", title: "Urge surfing", at: 1 }] });
    expect(said).toEqual({ topic: "Urge surfing", curriculum: "Coping skills" });
    const empty = { template: "group/1", fields: {}, goals: [] };
    expect(prefilled(empty, GROUP, said).fields).toEqual(said);
  });
  it("goes into fields that the template has, and never over what somebody wrote", () => {
    const said = fieldsOf({ topic: "Sleep", materials: [] });
    expect(said).toEqual({ topic: "Sleep" });
    const mine = { template: "group/1", fields: { topic: "Mine" }, goals: [] };
    expect(prefilled(mine, GROUP, said).fields).toEqual({ topic: "Mine" });
    expect(prefilled(mine, { ...GROUP, fields: [field("text")] }, said)).toBe(mine);
    expect(fieldsOf({ topic: "", materials: [] })).toEqual({});
  });
});

describe("a question that is written", () => {
  it("is sent without the choices that nobody wrote, and with its right ones where they are then", () => {
    const written = { text: " What passes? ", choices: ["", "A craving ", "Nothing"], right: [1], explanation: "" };
    expect(tidy(written)).toEqual({ text: "What passes?", choices: ["A craving", "Nothing"], right: [0], explanation: "" });
    expect(isWhole(written)).toBe(true);
  });
  it("needs words, two different choices and a right one", () => {
    const whole = { text: "a", choices: ["b", "c"], right: [0], explanation: "" };
    for (const part of [{ text: " " }, { choices: ["b", ""] }, { choices: ["b", "b "] }, { right: [] }]) {
      expect(isWhole({ ...whole, ...part })).toBe(false);
    }
  });
});

describe("slides", () => {
  it("fetches each page once while it is held, holds a few, and lets go of the rest", async () => {
    const asked: string[] = [];
    const gone = vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => undefined);
    let made = 0;
    const fresh = vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${made++}`);
    const http = {
      get: () => Promise.resolve({ title: "", language: "en", pages: [] }),
      file: (path: string) => {
        asked.push(path);
        return Promise.resolve(new Blob());
      },
    } as unknown as HttpDoor;
    const slides = openSlides("s", "m", http);
    expect(await slides.image(0)).toBe(await slides.image(0));
    for (let page = 1; page < 8; page++) await slides.image(page);
    await slides.image(7);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((page) => `/api/sessions/s/slides/m/${page}`));
    expect(gone.mock.calls.map(([url]) => url)).toEqual(["blob:0", "blob:1"]);
    // Turned back to the oldest that is held: it is on the screen now, and stays.
    await slides.image(2);
    await slides.image(1);
    await vi.waitFor(() => expect(gone.mock.calls.map(([url]) => url)).toEqual(["blob:0", "blob:1", "blob:3"]));
    slides.close();
    await Promise.resolve();
    await vi.waitFor(() => expect(gone).toHaveBeenCalledTimes(9));
    gone.mockRestore();
    fresh.mockRestore();
  });
});
