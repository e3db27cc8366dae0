import { describe, expect, it } from "vitest";
import { arrange, around } from "../src/call/arrange.ts";
import { seating } from "../src/call/seats.ts";
import { clock, turnOf } from "../src/call/Turn.tsx";
import { sendEncodings } from "../src/core/encodings.ts";
import { withStereo } from "../src/core/stereo.ts";
import { Watchdog } from "../src/core/watchdog.ts";
import type { State } from "../src/core/state.ts";
import type { Participant } from "../src/wire.ts";

describe("encodings", () => {
  const sizes = (width: number, height: number, saving = false) =>
    sendEncodings("camera", { width, height }, saving)
      .filter((encoding) => encoding.active)
      .map((encoding) => [width / (encoding.scaleResolutionDownBy ?? 1), encoding.maxBitrate]);

  it("of a camera are always three by name, and active as far as the capture is large enough", () => {
    expect(sendEncodings("camera", { width: 320, height: 180 }).map((encoding) => encoding.rid)).toEqual(["l", "m", "h"]);
    expect(sizes(1280, 720).map(([width]) => width)).toEqual([320, 640, 1280]);
    expect(sizes(960, 540).map(([width]) => width)).toEqual([240, 480, 960]);
    expect(sizes(640, 360).map(([width]) => width)).toEqual([320, 640]);
    expect(sizes(480, 270).map(([width]) => width)).toEqual([240, 480]);
    expect(sizes(320, 180).map(([width]) => width)).toEqual([320]);
    expect(sizes(360, 640).map(([width]) => width)).toEqual([180, 360]);
  });

  it("have a ceiling that follows their size", () => {
    expect(sizes(640, 360)[1]?.[1]).toBeCloseTo(450_000, -4);
    expect(sizes(160, 90)[0]?.[1]).toBe(80_000);
    expect(sizes(1920, 1080)[2]?.[1]).toBe(900_000);
  });

  it("of somebody who saves data are the smallest one alone", () => {
    expect(sizes(1280, 720, true).map(([width]) => width)).toEqual([320]);
  });

  it("assume an ordinary capture as long as there is none", () => {
    expect(sendEncodings("camera", null)).toEqual(sendEncodings("camera", { width: 640, height: 360 }));
  });

  it("put the voice first and keep a screen's text readable", () => {
    expect(sendEncodings("microphone", null)[0]?.priority).toBe("high");
    expect(sendEncodings("screen", null)[0]?.maxBitrate).toBeGreaterThan(1_000_000);
  });
});

describe("music", () => {
  const audio = (direction: string, fmtp: string) =>
    ["m=audio 9 UDP/TLS/RTP/SAVPF 63 111", `a=${direction}`, "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111"]
      .concat("a=rtpmap:111 opus/48000/2", `a=fmtp:111 ${fmtp}`, "")
      .join("\r\n");
  const offer = (microphone: string, slot: string) =>
    `v=0\r\na=fmtp:111 none\r\n${audio("sendonly", microphone)}m=video 9 X 96\r\na=fmtp:96 a=b\r\n${audio("recvonly", slot)}`;
  const plain = offer("minptime=10;useinbandfec=1", "minptime=10;useinbandfec=1");
  const voice = offer("minptime=10;useinbandfec=1", "minptime=10;useinbandfec=1;stereo=1");
  const music = offer("minptime=10;useinbandfec=1;sprop-stereo=1", "minptime=10;useinbandfec=1;stereo=1");

  it("can be heard in stereo by every page, and is announced by the one that sends it", () => {
    expect(withStereo(plain, false)).toBe(voice);
    expect(withStereo(plain, true)).toBe(music);
  });

  it("is no longer announced when it is over, though the browser remembers", () => {
    expect(withStereo(music, false)).toBe(voice);
    expect(withStereo(music, true)).toBe(music);
  });

  it("gets more bits than a voice, and fewer of whoever saves data", () => {
    const bits = (saving: boolean, on: boolean) => sendEncodings("microphone", null, saving, on)[0]?.maxBitrate;
    expect([bits(false, false), bits(true, true), bits(false, true)]).toEqual([40_000, 64_000, 128_000]);
  });
});

describe("the watchdog", () => {
  /** Feed samples every 250 ms and return when (ms) the dog barked. */
  function barks(samples: { packets: number; answers: number }[]): number[] {
    const dog = new Watchdog();
    return samples.flatMap((sample, index) => (dog.sees({ at: index * 250, ...sample }) ? [index * 250] : []));
  }
  const flow = (count: number) => Array.from({ length: count }, (_, index) => ({ packets: index * 25, answers: 0 }));
  const still = (count: number, packets: number) => Array.from({ length: count }, () => ({ packets, answers: 0 }));

  it("mends a path that was flowing and is still for a second, and not again at once", () => {
    expect(barks([...flow(9), ...still(14, 200)])).toEqual([3000]);
    expect(barks([...flow(9), ...still(26, 200)])).toEqual([3000, 7000]);
  });

  it("is not misled by the few packets that came just before the cut", () => {
    const flowed = [...flow(9), { packets: 203, answers: 1 }];
    expect(barks([...flowed, ...still(6, 203).map((sample) => ({ ...sample, answers: 1 }))])).toEqual([3250]);
  });

  it("mends again at once what had come back", () => {
    expect(barks([...flow(9), ...still(6, 200), { packets: 225, answers: 0 }, ...still(5, 225)])).toEqual([3000, 4750]);
  });

  it("is patient where nothing flows but connectivity checks", () => {
    const waiting = Array.from({ length: 60 }, (_, index) => ({ packets: 0, answers: Math.floor(index / 10) }));
    expect(barks(waiting)).toEqual([]);
    expect(barks(still(40, 0))).toEqual([8000]);
  });

  it("takes a sum that falls for a new connection", () => {
    expect(barks([...flow(9), ...still(3, 0), ...still(3, 0)])).toEqual([]);
  });
});

describe("the gallery", () => {
  it("chooses the columns that show the most of each face", () => {
    expect(arrange(1, 1200, 700, 12).columns).toBe(1);
    expect(arrange(2, 1200, 700, 12).columns).toBe(2);
    expect(arrange(4, 1200, 700, 12)).toMatchObject({ columns: 2, rows: 2 });
    expect(arrange(9, 1200, 700, 12)).toMatchObject({ columns: 3, rows: 3, scrolls: false });
    expect(arrange(3, 350, 600, 12).columns).toBe(1);
    expect(arrange(6, 350, 600, 12)).toMatchObject({ columns: 2, rows: 3 });
  });

  it("scrolls rather than showing faces that nobody can read", () => {
    expect(arrange(20, 350, 500, 12).scrolls).toBe(true);
    expect(arrange(0, 350, 500, 12)).toMatchObject({ columns: 1, rows: 1 });
  });
});

describe("the circle", () => {
  const touch = (a: { x: number; y: number }, b: { x: number; y: number }, width: number, height: number) =>
    Math.abs(a.x - b.x) < width && Math.abs(a.y - b.y) < height;

  it("gives everybody a place of the same size, inside and clear of the others", () => {
    for (const [width, height] of [[1230, 640], [900, 700], [1800, 900], [700, 560]] as const) {
      for (let tiles = 3; tiles <= 20; tiles++) {
        const circle = around(tiles, width, height, 12);
        if (circle === null) continue;
        expect(circle.places).toHaveLength(tiles);
        for (const [index, one] of circle.places.entries()) {
          expect(one.x).toBeGreaterThanOrEqual(0);
          expect(one.y).toBeGreaterThanOrEqual(0);
          expect(one.x + circle.width).toBeLessThanOrEqual(width);
          expect(one.y + circle.height).toBeLessThanOrEqual(height);
          for (const other of circle.places.slice(index + 1)) expect(touch(one, other, circle.width, circle.height)).toBe(false);
          if (circle.centre) {
            expect(one.x < circle.centre.x + circle.centre.width && one.x + circle.width > circle.centre.x && one.y < circle.centre.y + circle.centre.height && one.y + circle.height > circle.centre.y).toBe(false);
          }
        }
      }
    }
  });

  it("goes clockwise from the upper left", () => {
    const circle = around(6, 1230, 640, 12);
    const [first, second, third, fourth, fifth, sixth] = circle?.places ?? [];
    expect([first?.y, second?.y, third?.y].every((y) => y === first?.y)).toBe(true);
    expect([fourth?.y, fifth?.y, sixth?.y].every((y) => y === fourth?.y && (y ?? 0) > (first?.y ?? 0))).toBe(true);
    expect((fourth?.x ?? 0) > (fifth?.x ?? 0) && (fifth?.x ?? 0) > (sixth?.x ?? 0)).toBe(true);
  });

  it("is left to a grid on a phone, and where faces would be too small", () => {
    expect(around(9, 380, 600, 12)).toBeNull();
    expect(around(20, 900, 500, 12)).toBeNull();
    expect(around(16, 1230, 640, 12)).not.toBeNull();
    expect(around(2, 1230, 640, 12)).toBeNull();
  });
});

describe("who is shown where", () => {
  const one = (member: number, more: Partial<Participant> = {}) => ({ member, role: "client", you: false, hand: null, ...more }) as Participant;
  const host = one(1, { role: "facilitator" });
  const fourth = one(4);
  const room = [host, one(2, { you: true }), one(3), fourth, one(5, { hand: 1 }), one(6)];
  const shown = { beside: false, all: false };
  const ids = (members: readonly Participant[]) => members.map(({ member }) => member);

  it("keeps the order of the seats, with the spotlight large in every layout", () => {
    for (const layout of ["circle", "pair", "stage", "calm"] as const) expect(seating(room, layout, fourth, shown).large?.member).toBe(4);
    expect(ids(seating(room, "circle", fourth, shown).others)).toEqual([1, 2, 3, 5, 6]);
    expect(seating(room, "circle", null, shown)).toEqual({ large: null, others: room, hidden: 0 });
  });

  it("shows who leads large on a stage, unless something else is there or they look themselves", () => {
    expect(seating(room, "stage", null, shown).large?.member).toBe(1);
    expect(seating(room, "stage", null, { ...shown, beside: true }).large).toBeNull();
    expect(seating([{ ...host, you: true }, one(2)], "stage", null, shown).large).toBeNull();
  });

  it("shows few in the calm layout, and everybody when asked", () => {
    const few = seating(room, "calm", null, shown);
    expect(ids(few.others)).toEqual([1, 2, 3, 5]);
    expect(few.hidden).toBe(2);
    expect(seating(room, "calm", null, { ...shown, all: true })).toEqual({ large: null, others: room, hidden: 0 });
  });
});

describe("a turn in the go-around", () => {
  const seen = (open: boolean, turn: "now" | "done") =>
    ({ rounds: { version: 1, seen: { tool: "rounds", open, topic: "", seconds: 60, began: 5, people: [{ member: 3, turn }] } } }) as unknown as State["tools"];

  it("is somebody's only while it goes on", () => {
    expect(turnOf(seen(true, "now"))).toEqual({ member: 3, began: 5, seconds: 60, topic: "" });
    expect(turnOf(seen(true, "done"))).toBeNull();
    expect(turnOf(seen(false, "now"))).toBeNull();
    expect(turnOf({})).toBeNull();
  });

  it("counts to nothing and never below", () => {
    expect([61_000, 59_001, 1, 0, -9000].map(clock)).toEqual(["1:01", "1:00", "0:01", "0:00", "0:00"]);
  });
});
