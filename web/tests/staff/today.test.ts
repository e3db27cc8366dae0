import { describe, expect, it } from "vitest";
import type { SessionToday } from "../../src/staff/today/door.ts";
import { partOf, sums } from "../../src/staff/today/groups.ts";

const HOUR = 3_600_000;

describe("the page of a day", () => {
  const session = { starts: 10 * HOUR, ends: 13 * HOUR };

  it("puts a session where a person looks for it", () => {
    expect(partOf({ ...session, state: "scheduled" }, 9 * HOUR)).toBe("later");
    expect(partOf({ ...session, state: "scheduled" }, 9.5 * HOUR)).toBe("now");
    expect(partOf({ ...session, state: "scheduled" }, 11 * HOUR)).toBe("now");
    expect(partOf({ ...session, state: "open" }, 9 * HOUR)).toBe("now");
    expect(partOf({ ...session, state: "ended" }, 11 * HOUR)).toBe("over");
    expect(partOf({ ...session, state: "not_held" }, 16 * HOUR)).toBe("over");
    expect(partOf({ ...session, state: "cancelled" }, 9 * HOUR)).toBe("later");
    expect(partOf({ ...session, state: "cancelled" }, 13 * HOUR)).toBe("over");
  });

  it("adds up who is where", () => {
    const of = (counts: SessionToday["counts"]) => ({ counts }) as SessionToday;
    expect(sums([of({ here: 3, late: 1 }), of({ here: 2 }), of({})])).toEqual({ here: 5, late: 1 });
  });
});
