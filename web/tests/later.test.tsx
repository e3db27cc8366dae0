/** A standing link while nothing is on: when the next is, by whose clock, and that the page goes on by itself. */
import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { arrive, type Next } from "../src/join/arrival.ts";
import { Later, zoneOf } from "../src/join/Later.tsx";
import { Stop } from "../src/stop/Stop.tsx";
import { openHttp } from "../src/core/http.ts";

const TOKEN = "vejvKRyHfO-qbNG13n7uGcQOPkXqkh4_";
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 24, 12);

function answering(...answers: [number, unknown][]) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    const [status, body] = answers.shift() ?? [500, null];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
  return asked;
}

const next = (starts: number | null, zone = ""): Next => ({
  kind: "next",
  starts,
  ends: starts && starts + HOUR,
  opens: starts && starts - HOUR,
  zone,
});

beforeEach(() => {
  sessionStorage.clear();
  vi.useFakeTimers({ now: NOW, toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the standing link", () => {
  it("tells the next time by the client's clock, and asks again when the door opens", async () => {
    const asked = answering([200, next(NOW + 3 * HOUR, "Pacific/Honolulu")], [200, next(NOW + 99 * HOUR)]);
    const arrival = arrive(TOKEN, sessionStorage);
    await arrival.begin();
    expect(arrival.step.value).toHaveProperty("kind", "next");
    render(<Later arrival={arrival} />);
    expect(screen.getByTestId("next-when").textContent).toBe("Tuesday, November 24 5:00 AM HST");
    expect(screen.getByTestId("next").textContent).toContain("Pacific/Honolulu");
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(asked).toEqual(["/api/link", "/api/link"]);
    expect((arrival.step.value as Next).starts).toBe(NOW + 99 * HOUR);
  });

  it("says so when nothing is planned", async () => {
    answering([200, next(null)]);
    const arrival = arrive(TOKEN, sessionStorage);
    await arrival.begin();
    render(<Later arrival={arrival} />);
    expect(screen.getByTestId("next-none")).toBeTruthy();
  });

  it("takes a zone that the browser does not know for the device's", () => {
    expect(zoneOf("Mars/Olympus")).toBeUndefined();
    expect(zoneOf("")).toBeUndefined();
    expect(zoneOf("America/Chicago")).toBe("America/Chicago");
  });
});

describe("the end of messages", () => {
  it("needs one click, and tells what is left", async () => {
    const asked = answering([500, null], [200, { channel: "email", left: "sms" }]);
    render(<Stop token={"a".repeat(32)} http={openHttp()} />);
    expect(asked).toEqual([]);
    screen.getByTestId("stop").click();
    await vi.waitFor(() => expect(screen.getByRole("alert")).toBeTruthy());
    screen.getByTestId("stop").click();
    await vi.waitFor(() => expect(screen.getByTestId("stop-done")).toBeTruthy());
    expect(asked).toEqual([`/api/stop/${"a".repeat(32)}`, `/api/stop/${"a".repeat(32)}`]);
    expect(document.body.textContent).toContain("Reply STOP");
  });

  it("says that a broken link is one", () => {
    render(<Stop token={null} http={openHttp()} />);
    expect(screen.getByTestId("stop-gone")).toBeTruthy();
  });
});
