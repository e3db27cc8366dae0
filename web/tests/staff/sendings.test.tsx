import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HttpError } from "../../src/core/http.ts";
import { http } from "../../src/staff/api.ts";
import type { Sending, Sendings } from "../../src/staff/api.ts";
import type { Loaded } from "../../src/staff/load.ts";
import { outcome, Remind, SendingsList } from "../../src/staff/Sendings.tsx";
import { clock, t } from "../../src/staff/words/index.ts";

const AT = Date.UTC(2026, 10, 24, 23, 5);
const ZONE = "America/New_York";
const SENT: Sending = {
  id: "0123",
  client: "bob",
  why: "late",
  step: 5,
  by: "",
  queued: AT,
  state: "sent",
  at: AT,
  next: null,
  tries: 1,
  fault: null,
  via: "smtp",
  reason: "",
};

function loaded(sendings: readonly Sending[], reach: "yes" | "no_address" | "opted_out", may_remind: boolean): Loaded<Sendings> {
  return { value: { via: "smtp", minutes: [5], clients: [{ client: "bob", reach, may_remind }], sendings }, code: null, again: vi.fn() };
}

function beside(about: Loaded<Sendings>) {
  render(<Remind session="s1" client="bob" alias="Bob" zone={ZONE} loaded={about} />);
}

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("a reminder", () => {
  it("is sent by one click, and the list is asked for again", async () => {
    const post = vi.spyOn(http, "post").mockResolvedValue(undefined);
    const about = loaded([], "yes", true);
    beside(about);
    fireEvent.click(screen.getByTestId("remind-bob"));
    await waitFor(() => expect(about.again).toHaveBeenCalledOnce());
    expect(post).toHaveBeenCalledExactlyOnceWith("/api/staff/sessions/s1/sendings", { client: "bob" });
  });

  it("says why it was not taken", async () => {
    vi.spyOn(http, "post").mockRejectedValue(new HttpError(429, "too_many"));
    beside(loaded([], "yes", true));
    fireEvent.click(screen.getByTestId("remind-bob"));
    await screen.findByText(t("code.too_many"));
  });

  it("is not offered to whom the server would refuse it", () => {
    beside(loaded([SENT], "opted_out", false));
    expect(screen.queryByTestId("remind-bob")).toBeNull();
    screen.getByText(t("reach.opted_out"));
    screen.getByText(t("sendings.sent", { time: clock(AT, ZONE) }));
  });

  it("has an outcome in words for every state", () => {
    const words = (more: Partial<Sending>) => outcome({ ...SENT, ...more }, ZONE);
    expect(words({})).toContain("6:05");
    expect(words({ via: "log" })).toBe(t("sendings.logged"));
    expect(words({ state: "queued", via: "" })).toBe(t("sendings.queued"));
    expect(words({ state: "queued", next: AT, fault: "busy" })).toContain(t("fault.busy"));
    expect(words({ state: "failed", fault: "refused" })).toContain(t("fault.refused"));
    expect(words({ state: "failed", fault: "something new" })).toContain(t("fault.unknown"));
    expect(words({ state: "gave_up", fault: "unreachable" })).toContain(t("fault.unreachable"));
    expect(words({ state: "gave_up" })).toBe(t("sendings.too_late"));
    expect(words({ state: "withdrawn", reason: "came" })).toContain(t("withdrawn.came"));
    expect(words({ state: "unknown", fault: "interrupted" })).toBe(t("sendings.unknown"));
    expect(words({ state: "sending" })).toBe(t("sendings.sending"));
  });

  it("is listed with whom it went to and who asked for it", () => {
    const asked: Sending = { ...SENT, id: "4567", client: "gone", why: "asked", by: "Robin Vale" };
    render(<SendingsList loaded={loaded([SENT, asked], "yes", false)} names={new Map([["bob", "Bob Example"]])} zone={ZONE} />);
    screen.getByText("Bob Example");
    screen.getByText(t("sendings.somebody"));
    screen.getByText(new RegExp(t("sendings.asked", { name: "Robin Vale" })));
  });
});
