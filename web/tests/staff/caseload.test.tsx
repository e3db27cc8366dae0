import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { http } from "../../src/staff/api.ts";
import type { OneSession, Week } from "../../src/staff/caseload/door.ts";
import { Figure, told } from "../../src/staff/caseload/Figure.tsx";
import { forecast } from "../../src/staff/caseload/Hours.tsx";
import { ReachOut } from "../../src/staff/caseload/ReachOut.tsx";
import { t } from "../../src/staff/caseload/words/index.ts";

const SESSION: OneSession = { day: "2026-11-24", starts: Date.UTC(2026, 10, 24, 23), ends: Date.UTC(2026, 10, 25, 2), kind: "group_therapy", status: "no_show", came: false, minutes: 0, corrected: false, made_up_by: "s9" };
const WEEK: Week = { first: "2026-11-23", level: "iop/1", code: "asam:3:2.1", needed: 540, minutes: 180, minutes_to_come: 360, minutes_short: 360, outlook: "reachable", ordered: null, lost_after: "2026-11-26", enough_scheduled: true, kinds: [], counted: [], coming: [] };

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("a figure", () => {
  it("shows the sessions behind it on a tap and on hover, and hides them with Escape or elsewhere", () => {
    render(<Figure ids={["s1"]} sessions={{ s1: SESSION }} title="Misses" children="1 miss" />);
    const face = screen.getByRole("button");
    expect(screen.queryByRole("note")).toBeNull();
    fireEvent.click(face);
    expect(screen.getByRole("note").textContent).toContain("No-show");
    expect(face.getAttribute("aria-expanded")).toBe("true");
    fireEvent.keyDown(face, { key: "Escape" });
    expect(screen.queryByRole("note")).toBeNull();
    fireEvent.click(face);
    fireEvent.pointerDown(document.body);
    expect(screen.queryByRole("note")).toBeNull();
  });

  it("says of a missed session that it was made up for and stays missed", () => {
    expect(told(SESSION)).toContain(t("why.made_up"));
    expect(told({ ...SESSION, status: "present", minutes: 90, corrected: true, made_up_by: "" })).toContain(t("why.corrected"));
  });
});

describe("the forecast", () => {
  it("names the day after which the week is lost, and nobody's day where too little is scheduled", () => {
    expect(forecast(WEEK, "2026-11-24")).toContain("Thursday");
    expect(forecast(WEEK, "2026-11-26")).toBe(t("forecast.today", { time: "6 h" }));
    expect(forecast({ ...WEEK, outlook: "out_of_reach", lost_after: "2026-11-23" }, "2026-11-24")).toContain("Monday");
    expect(forecast({ ...WEEK, outlook: "out_of_reach", lost_after: null, enough_scheduled: false }, "2026-11-24")).toBe(t("forecast.not_scheduled", { time: "6 h" }));
    expect(forecast({ ...WEEK, outlook: "met" }, "2026-11-24")).toBe(t("forecast.met"));
  });
});

describe("an attempt to reach somebody", () => {
  it("is recorded by one choice and taken back by one click", async () => {
    const post = vi.spyOn(http, "post").mockResolvedValue({ id: "x" });
    const changed = vi.fn();
    render(<ReachOut client="bob" name="Bob" changed={changed} />);
    fireEvent.click(screen.getByTestId("reach-bob"));
    fireEvent.click(screen.getByText("Call: left a message"));
    await waitFor(() => expect(changed).toHaveBeenCalledOnce());
    expect(post.mock.calls[0]?.[0]).toBe("/api/staff/clients/bob/outreach");
    expect(post.mock.calls[0]?.[1]).toMatchObject({ how: "call", outcome: "left_message" });
    const { id } = post.mock.calls[0]?.[1] as { id: string };
    fireEvent.click(screen.getByText("Undo"));
    await waitFor(() => expect(changed).toHaveBeenCalledTimes(2));
    expect(post.mock.calls[1]?.[0]).toBe(`/api/staff/clients/bob/outreach/${id}/withdraw`);
  });
});
