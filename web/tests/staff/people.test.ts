import { describe, expect, it } from "vitest";

import { newlyWaiting, rowsOf } from "../../src/staff/room/people.ts";
import type { AtDoor, Door, Seated } from "../../src/staff/room/people.ts";

const roster = ["a", "b", "c", "d", "e"].map((person) => ({ person, alias: person.toUpperCase(), legal_name: "" }));

const seat = (member: number, person: string, more: Partial<Seated> = {}): Seated => ({
  member,
  alias: person.toUpperCase(),
  role: "client",
  you: false,
  reconnecting: false,
  microphone: true,
  hand: null,
  legal_name: "",
  person,
  since: 5,
  apart: "",
  ...more,
});

const stand = (member: number, person: string, since = 1): AtDoor => ({
  member,
  alias: person,
  legal_name: "",
  person,
  since,
  reconnecting: false,
});

describe("roster strip", () => {
  const door: Door = {
    members: [
      seat(1, "t", { role: "facilitator", you: true }),
      seat(2, "b"),
      seat(4, "x", { role: "collateral" }),
      seat(3, "d", { reconnecting: true, hand: 7 }),
    ],
    waiting: [stand(5, "a")],
    removed: [stand(6, "e")],
  };

  it("keeps those apart of whom a peer who hosts learns no id", () => {
    const unnamed: Door = { members: [{ ...seat(2, "b"), person: null }], waiting: [stand(5, ""), stand(6, "")], removed: [] };
    expect(rowsOf([], unnamed, new Set()).map((row) => row.person)).toEqual(["member-5", "member-6", "member-2"]);
  });

  it("keeps the mark of somebody who waits", () => {
    const marked: Door = { members: [], waiting: [{ ...stand(5, "a"), risk: "at_risk" }, stand(6, "b")], removed: [] };
    expect(rowsOf([], marked, new Set()).map((row) => row.risk)).toEqual(["at_risk", "none"]);
  });

  it("gives everybody one row: clients in the roster's order, then family, then staff", () => {
    const rows = rowsOf(roster, door, new Set(["c"]));
    expect(rows.map((row) => `${row.person} ${row.state}`)).toEqual([
      "a waiting",
      "b in",
      "c left",
      "d reconnecting",
      "e removed",
      "x in",
      "t in",
    ]);
    expect(rows.find((row) => row.person === "d")).toMatchObject({ member: 3, hand: true, since: 5 });
  });

  it("tells somebody who never came from somebody who left", () => {
    const empty: Door = { members: [], waiting: [], removed: [] };
    expect(rowsOf(roster, empty, new Set()).every((row) => row.state === "expected")).toBe(true);
    expect(rowsOf(roster, empty, new Set(["b"]))[1]?.state).toBe("left");
  });

  it("rings once for each arrival, also when somebody comes to wait again", () => {
    expect(newlyWaiting([], [stand(5, "a"), stand(6, "b")])).toHaveLength(2);
    expect(newlyWaiting([stand(5, "a")], [stand(5, "a")])).toHaveLength(0);
    expect(newlyWaiting([stand(5, "a", 1)], [stand(5, "a", 9)])).toHaveLength(1);
  });
});
