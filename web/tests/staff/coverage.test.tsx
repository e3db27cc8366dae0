import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";

import { http } from "../../src/staff/api.ts";
import type { ClientCoverage, ClientHours, ClientPresence, CoverageEntry } from "../../src/staff/api.ts";
import { between, Coverage, isVoid, numbers } from "../../src/staff/Coverage.tsx";
import { asked, ownLevels } from "../../src/staff/heat.ts";
import { whom } from "../../src/staff/LacksList.tsx";

const ENTRY: CoverageEntry = {
  id: "c1",
  payer: "county",
  payer_name: "County Health Plan",
  effective_from: "2026-02-01",
  effective_to: null,
  member: "M-77",
  authorization: "A-9",
  authorized_units: 12,
  authorized_from: "2026-02-01",
  authorized_to: "2026-04-30",
  place_of_service: "10",
  recorded: 0,
  recorded_by: "Alicia Thornbury",
  in_force: true,
  has_rules: true,
};
const KNOWN: ClientCoverage = {
  client: "bob",
  coverage: [ENTRY],
  levels: [],
  payers: ["county", "state"],
  level_choices: [{ id: "asam-2-1-adult/1", code: "asam:3:2.1", week_minutes: 540 }],
  clinic_level: "asam-2-1-adult/1",
};

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("who pays for a client", () => {
  it("is said with its numbers and days, and what was a mistake is told apart", () => {
    expect(numbers(ENTRY)).toEqual([
      ["Member number", "M-77"],
      ["Authorization", "A-9, 12 units, Feb 1, 2026 to Apr 30, 2026"],
      ["Place of service", "10 · telehealth, at home"],
    ]);
    expect(numbers({ ...ENTRY, member: "", authorization: "", authorized_units: null, authorized_from: null, authorized_to: null, place_of_service: "11" })).toEqual([["Place of service", "11"]]);
    expect(between({ effective_from: null, effective_to: "2026-03-01" })).toBe("until Mar 1, 2026");
    expect(isVoid({ effective_from: "2026-03-01", effective_to: "2026-02-28" })).toBe(true);
    expect(isVoid({ effective_from: "2026-03-01", effective_to: "2026-03-01" })).toBe(false);
  });

  it("says that without a payer there are no units, and records one", async () => {
    vi.spyOn(http, "get").mockResolvedValue({ ...KNOWN, coverage: [] });
    const post = vi.spyOn(http, "post").mockResolvedValue({});
    render(<Coverage client="bob" alias="Bob" zone="America/Chicago" />);
    await screen.findByTestId("no-payer");
    fireEvent.click(screen.getByTestId("coverage-new-bob"));
    fireEvent.input(screen.getByTestId("coverage-member"), { target: { value: "M-78" } });
    fireEvent.change(screen.getByTestId("coverage-from"), { target: { value: "2026-02-03" } });
    fireEvent.click(screen.getByTestId("record-do"));
    await waitFor(() => expect(post).toHaveBeenCalledTimes(1));
    expect(post.mock.calls[0]).toEqual([
      "/api/v1/clients/bob/coverage",
      {
        payer: "county",
        payer_name: "",
        member: "M-78",
        authorization: "",
        authorized_units: null,
        authorized_from: null,
        authorized_to: null,
        place_of_service: "",
        effective_from: "2026-02-03",
      },
    ]);
  });
});

describe("what lacks", () => {
  it("names the minutes of each, and everybody once", () => {
    const clients = ["Ana", "Ben", "Cy", "Di"].map((legal_name, n) => ({ legal_name, stays: [{}], minutes_short: n + 1 }) as unknown as ClientPresence);
    expect(whom("below_threshold", clients, { clients })).toBe("Ana (1 minute), Ben (2 minutes), Cy (3 minutes), Di (4 minutes)");
    expect(whom("no_rule", clients, { clients })).toBe("everybody who came (4)");
    expect(whom("no_rule", clients.slice(1, 2), { clients })).toBe("Ben");
  });

  it("goes by each client's own level", () => {
    const week = (level: string, week_minutes: number) => ({ level, week_minutes }) as unknown as ClientHours["weeks"][number];
    const clients = [{ weeks: [null, week("a/1", 540)] }, { weeks: [week("b/1", 360)] }] as unknown as ClientHours[];
    expect(ownLevels({ clients, level: { id: "a/1", code: "", week_minutes: 540 } })).toBe(true);
    expect(ownLevels({ clients: clients.slice(0, 1), level: { id: "a/1", code: "", week_minutes: 540 } })).toBe(false);
    expect([asked([{ week_minutes: 540 }, { week_minutes: 540 }]), asked([{ week_minutes: 540 }, { week_minutes: 360 }]), asked([])]).toEqual([540, null, null]);
  });
});
