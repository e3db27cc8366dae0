import { describe, expect, it } from "vitest";
import { Clock } from "../src/core/clock.ts";

describe("the server's time", () => {
  it("is the device's own until the server has been heard", () => {
    expect(new Clock().at(performance.now()) - Date.now()).toBeLessThan(50);
  });

  it("is that of the quickest answer of the last half minute", () => {
    const clock = new Clock();
    clock.heard(1000, 1400, 51_000);
    expect(clock.at(1400)).toBe(51_200);
    clock.heard(2000, 2020, 52_310);
    clock.heard(3000, 3600, 53_000);
    expect(clock.at(4000)).toBe(54_300);
    for (let beat = 0; beat < 30; beat++) clock.heard(5000, 5100, 60_000);
    expect(clock.at(5050)).toBe(60_000);
  });
});
