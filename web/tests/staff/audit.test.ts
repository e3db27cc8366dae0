import { describe, expect, it } from "vitest";
import { csv } from "../../src/staff/audit/door.ts";
import type { Entry } from "../../src/staff/audit/door.ts";

const entry: Entry = { place: "1-0", at: 0, actor: "a", actor_name: "Ana, the \"first\"", action: "notes.read", subject: "s1", number: 7 };

describe("the audit log as a file", () => {
  it("quotes what needs quoting and keeps formulas from running", () => {
    const lines = csv([entry, { ...entry, actor_name: "=1+1", number: null }]).split("\r\n");
    expect(lines).toEqual([
      "number,at,actor,actor_name,action,subject",
      '7,1970-01-01T00:00:00.000Z,a,"Ana, the ""first""",notes.read,s1',
      ",1970-01-01T00:00:00.000Z,a,'=1+1,notes.read,s1",
      "",
    ]);
  });
});
