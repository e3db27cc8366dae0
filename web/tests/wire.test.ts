import { describe, expect, it } from "vitest";
import { isTell } from "../src/core/guards.ts";
import { EXAMPLES } from "./support.ts";

const TELLS = ["room", "slots", "speaking", "chat_line", "bye"];

describe("the wire", () => {
  it("has an example of every message that a page is told, and the guards take it whole", () => {
    for (const name of TELLS) {
      const example = EXAMPLES.get(name)?.tell;
      expect(example, name).toBeDefined();
      expect(isTell(name, example), name).toEqual(example);
    }
  });

  it("is guarded: what does not fit is no message", () => {
    for (const name of TELLS) {
      for (const wrong of [null, undefined, 3, "text", [], {}, { [name]: null }, { room: {} }, { members: ["x"] }]) {
        expect(isTell(name, wrong), `${name} ${JSON.stringify(wrong)}`).toBeNull();
      }
    }
    expect(isTell("toString", {})).toBeNull();
    expect(isTell("join", EXAMPLES.get("join")?.answer)).toBeNull();
  });
});
