/**
 * The browser's recogniser is played here, not used: headless browsers have no model for it. What is tested is that nothing
 * is ever started that could send sound away, and whose words stand where.
 */
import { signal } from "@preact/signals";
import { cleanup, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Captions } from "../src/call/captions/Captions.tsx";
import { CaptionChoice } from "../src/call/captions/Choice.tsx";
import { readable, said, voices, type Line } from "../src/call/captions/lines.ts";
import { choose, wish } from "../src/call/captions/wish.ts";
import type { AudioSlot, Session } from "../src/core/session.ts";
import { initial, reduce } from "../src/core/state.ts";
import { joinAnswer } from "./support.ts";

interface Started {
  local: boolean;
  track: unknown;
  one: EventTarget;
  over: boolean;
}

const started: Started[] = [];
const asked: { processLocally?: boolean; langs: string[] }[] = [];
let can = "available";
const install = vi.fn(() => Promise.resolve(true));

/** As Chromium 139 and later have it. */
class Local extends EventTarget {
  static available = (options: { processLocally?: boolean; langs: string[] }) => {
    asked.push(options);
    return Promise.resolve(can);
  };
  static install = install;
  #local = false;
  get processLocally() {
    return this.#local;
  }
  set processLocally(on: boolean) {
    this.#local = on;
  }
  start(track?: unknown) {
    started.push({ local: this.#local, track, one: this, over: false });
  }
  abort() {
    for (const it of started) if (it.one === this) it.over = true;
  }
}

/** As browsers before that, and Safari: without a word about where sound goes. */
class Remote extends EventTarget {
  start(track?: unknown) {
    started.push({ local: false, track, one: this, over: false });
  }
  abort() {
    return undefined;
  }
}

function slot(mid: string, member: number | null, live = true): AudioSlot {
  const track = { readyState: live ? "live" : "ended", kind: "audio" };
  return { mid, member, stream: { getAudioTracks: () => [track] } as unknown as MediaStream };
}

function inRoom(...slots: AudioSlot[]) {
  const state = signal(reduce(initial({ microphone: true, camera: true, screen: false }), { type: "joined", answer: joinAnswer() }));
  const audio = signal<readonly AudioSlot[]>(slots);
  return { session: { state, audio } as unknown as Session, audio, members: state.value.room?.members ?? [] };
}

function speaks(it: Started | undefined, text: string, final = false) {
  it?.one.dispatchEvent(Object.assign(new Event("result"), { resultIndex: 0, results: [Object.assign([{ transcript: text }], { isFinal: final })] }));
}

beforeEach(() => {
  started.length = asked.length = 0;
  can = "available";
  choose({ on: true, size: "normal", place: "bottom" });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("captions", () => {
  it("start no recogniser that does not promise to stay on the device", async () => {
    vi.stubGlobal("webkitSpeechRecognition", Remote);
    for (const other of [undefined, Remote, Object.assign(class extends Remote {}, { available: () => Promise.resolve("available") })]) {
      vi.stubGlobal("SpeechRecognition", other);
      const { session } = inRoom(slot("3", 2));
      choose({ on: true });
      render(<Captions session={session} />);
      await waitFor(() => expect(wish.value.on).toBe(false));
      cleanup();
    }
    expect(started).toEqual([]);
  });

  it("start none where the language is not on the device, and ask for nothing remote", async () => {
    vi.stubGlobal("SpeechRecognition", Local);
    for (can of ["unavailable", "downloadable", "downloading"]) {
      choose({ on: true });
      render(<Captions session={inRoom(slot("3", 2)).session} />);
      await waitFor(() => expect(wish.value.on).toBe(false));
      cleanup();
    }
    expect(started).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every((one) => one.processLocally === true)).toBe(true);
  });

  it("listen to the voices that arrive, never to the microphone, and name who speaks", async () => {
    vi.stubGlobal("SpeechRecognition", Local);
    const { session, audio, members } = inRoom(slot("3", 1), slot("4", null));
    render(<Captions session={session} />);
    await waitFor(() => expect(started.length).toBe(1));
    expect(started[0]).toMatchObject({ local: true, over: false });
    expect(started[0]?.track).toBe(audio.value[0]?.stream.getAudioTracks()[0]);
    speaks(started[0], "good evening");
    const alias = members.find((one) => one.member === 1)?.alias ?? "";
    await waitFor(() => expect(screen.getByTestId("captions").textContent).toBe(`${alias} good evening`));

    // Somebody else is in that slot now: what was begun is not theirs.
    audio.value = [slot("3", 2)];
    await waitFor(() => expect(started.length).toBe(2));
    expect(started[0]?.over).toBe(true);
    expect(started.every((one) => one.local && one.track !== undefined)).toBe(true);
  });

  it("stop all when they are switched off", async () => {
    vi.stubGlobal("SpeechRecognition", Local);
    const { unmount } = render(<Captions session={inRoom(slot("3", 1), slot("4", 2)).session} />);
    await waitFor(() => expect(started.length).toBe(2));
    unmount();
    await waitFor(() => expect(started.map((one) => one.over)).toEqual([true, true]));
  });
});

describe("the choice of captions", () => {
  it("says in plain words that a browser cannot", async () => {
    vi.stubGlobal("SpeechRecognition", undefined);
    render(<CaptionChoice />);
    await screen.findByText(/cannot turn speech into text on the device/);
    expect(screen.queryByTestId("captions-on")).toBeNull();
  });

  it("fetches a language's file on a click alone", async () => {
    vi.stubGlobal("SpeechRecognition", Local);
    can = "downloadable";
    render(<CaptionChoice />);
    const button = await screen.findByTestId("captions-install");
    expect(install).not.toHaveBeenCalled();
    can = "available";
    button.click();
    await screen.findByTestId("captions-on");
    expect(install).toHaveBeenCalledWith(expect.objectContaining({ processLocally: true }));
    expect(started).toEqual([]);
  });
});

describe("lines", () => {
  const words = (member: number, text: string, final = false) => ({ member, name: String(member), text, final });

  it("go on until they are final, three at a time, and are gone after some seconds", () => {
    let lines: readonly Line[] = [];
    for (const [member, text, final] of [[1, "a", false], [2, "x", false], [1, "a b", true], [1, "c", false], [3, "", false]] as const) {
      lines = said(lines, words(member, text, final), 1000);
    }
    expect(lines.map((line) => line.text)).toEqual(["a b", "x", "c"]);
    lines = said(lines, words(4, "new"), 5000);
    expect(lines.map((line) => line.text)).toEqual(["x", "c", "new"]);
    expect(readable(lines, 9000).map((line) => line.text)).toEqual(["new"]);
    expect(readable(lines, 5001)).toBe(lines);
  });

  it("follow who spoke last, and no more than three", () => {
    expect(voices([], [1, 2], [])).toEqual([1, 2]);
    expect(voices([1, 2, 3], [1, 2, 3, 4, 5], [5])).toEqual([5, 1, 2]);
    expect(voices([5, 1, 2], [1, 2, 3], [])).toEqual([1, 2, 3]);
  });
});
