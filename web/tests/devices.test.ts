import { describe, expect, it } from "vitest";
import { Ear } from "../src/core/ear.ts";
import { constraintsFor, offered } from "../src/core/effects.ts";
import { change, speakerOf, type Plugged } from "../src/core/plugging.ts";
import { initial, reduce } from "../src/core/state.ts";
import { joinAnswer, room } from "./support.ts";

const system = (group: string): Plugged => ({ id: "default", label: "Default", group });
const desk: Plugged = { id: "desk", label: "Desk", group: "g1" };
const headset: Plugged = { id: "headset", label: "Headset", group: "g2" };

describe("devices that come and go", () => {
  it("are left as they are while what is used is what was chosen", () => {
    expect(change([system("g1"), desk, headset], "headset", { id: "headset", group: "g2" })).toBeNull();
    expect(change([system("g1"), desk], "", { id: "default", group: "g1" })).toBeNull();
    expect(change([desk], "", { id: "desk", group: "g1" })).toBeNull();
  });

  it("fall back when the one in use is gone, and return when the chosen one is there again", () => {
    expect(change([system("g1"), desk], "headset", { id: "headset", group: "g2" })).toBe("gone");
    expect(change([system("g1"), desk, headset], "headset", { id: "default", group: "g1" })).toBe("back");
  });

  it("follow the system's default where nothing is chosen, or what was chosen is away", () => {
    expect(change([system("g2"), desk, headset], "", { id: "default", group: "g1" })).toBe("default");
    expect(change([system("g2"), desk], "headset", { id: "default", group: "g1" })).toBe("default");
  });

  it("say nothing before the page may know them, nor about what is not in use", () => {
    expect(change([{ id: "", label: "", group: "" }], "", { id: "desk", group: "g1" })).toBeNull();
    expect(change([desk], "headset", null)).toBeNull();
  });

  it("play on the chosen speaker while it is there", () => {
    expect(speakerOf([desk, headset], "headset")).toBe("headset");
    expect(speakerOf([desk], "headset")).toBe("");
  });
});

describe("the ear", () => {
  /** Samples four times a second; each is the energy, or null for a microphone that is off. */
  function hears(energies: readonly (number | null)[], from = 0) {
    const ear = new Ear();
    return energies.flatMap((energy, index) => {
      const verdict = ear.hears({ at: from + index * 250, energy: energy ?? 0, on: energy !== null });
      return verdict === null ? [] : [[index * 250, verdict]];
    });
  }
  const same = (count: number, energy = 1) => Array.from({ length: count }, () => energy);

  it("takes five seconds without the least sound for a dead track, fetches it once, then says so", () => {
    expect(hears(same(60))).toEqual([[5000, "dead"], [10_000, "silent"]]);
  });

  it("hears that it works again, and begins anew", () => {
    expect(hears([...same(50), 2, ...same(25, 2)])).toEqual([
      [5000, "dead"],
      [10_000, "silent"],
      [12_500, "sound"],
      [17_500, "dead"],
    ]);
  });

  it("says nothing of a microphone that is off, or whose sound is not counted", () => {
    expect(hears(Array.from({ length: 60 }, () => null))).toEqual([]);
    const ear = new Ear();
    for (let at = 0; at < 20_000; at += 250) expect(ear.hears({ at, energy: null, on: true })).toBeNull();
  });

  it("takes back what it said when the microphone is switched off", () => {
    expect(hears([...same(50), null]).at(-1)).toEqual([12_500, "sound"]);
  });

  it("is not misled by a device that slept", () => {
    const ear = new Ear();
    ear.hears({ at: 0, energy: 1, on: true });
    ear.hears({ at: 250, energy: 1, on: true });
    expect(ear.hears({ at: 60_000, energy: 1, on: true })).toBeNull();
  });
});

describe("effects", () => {
  const asked = { id: "", processed: true, effects: { noise: null, voice: null, blur: null } };

  it("take noise away unasked, and say nothing of the others", () => {
    expect(constraintsFor("microphone", asked)).toEqual({ echoCancellation: true, noiseSuppression: true, autoGainControl: true });
    expect(constraintsFor("camera", asked)).not.toHaveProperty("backgroundBlur");
  });

  it("are asked for as the person said, on the device that was chosen", () => {
    const effects = { noise: false, voice: true, blur: false };
    expect(constraintsFor("microphone", { ...asked, id: "x", effects })).toMatchObject({
      noiseSuppression: false, voiceIsolation: { ideal: true }, deviceId: { exact: "x" },
    });
    expect(constraintsFor("camera", { ...asked, effects })).toMatchObject({ backgroundBlur: { ideal: false } });
  });

  it("leave music as it is", () => {
    expect(constraintsFor("microphone", { ...asked, processed: false, effects: { noise: true, voice: true, blur: null } })).toMatchObject({
      echoCancellation: false, noiseSuppression: false, autoGainControl: false,
    });
  });

  it("are offered only where a device can both do them and leave them", () => {
    const track = (capabilities: object, settings: object) =>
      ({ getCapabilities: () => capabilities, getSettings: () => settings }) as unknown as MediaStreamTrack;
    const microphone = track({ noiseSuppression: [true, false], voiceIsolation: [false] }, { noiseSuppression: true });
    expect(offered(microphone, track({ backgroundBlur: [true, false] }, { backgroundBlur: false }))).toEqual({
      noise: true, voice: null, blur: false,
    });
    expect(offered(microphone, track({ backgroundBlur: [true] }, {})).blur).toBeNull();
    expect(offered(null, {} as MediaStreamTrack)).toEqual({ noise: null, voice: null, blur: null });
  });
});

describe("a microphone that the device has lost", () => {
  it("is not taken for a host's mute", () => {
    const before = reduce(initial({ microphone: true, camera: true, screen: false }), { type: "joined", answer: joinAnswer() });
    const told = reduce(before, { type: "asking", asking: false, microphone: false });
    const after = reduce(told, { type: "room", room: room({ version: 99 }, { microphone: false }) } as never);
    expect(after).toMatchObject({ mutedByHost: false, wanted: { microphone: true } });
  });
});
