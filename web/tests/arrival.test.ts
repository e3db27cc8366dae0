import { beforeEach, describe, expect, it } from "vitest";
import { missing, phone, ready, tidy, type CheckIn } from "../src/join/about/answers.ts";
import { NOWHERE, leaveTab, readPlace, takeTab, writePlace } from "../src/join/place.ts";
import { takeToken } from "../src/join/token.ts";

const TOKEN = "vejvKRyHfO-qbNG13n7uGcQOPkXqkh4_";

function address(hash: string) {
  const replaced: (string | URL | null | undefined)[] = [];
  const history = { replaceState: (_data: unknown, _unused: string, url?: string | URL | null) => replaced.push(url) };
  return { where: { hash, pathname: "/j" }, history, replaced };
}

describe("the token", () => {
  it("is read from the fragment, which leaves the address bar", () => {
    const { where, history, replaced } = address(`#${TOKEN}`);
    expect(takeToken(where, history)).toBe(TOKEN);
    expect(replaced).toEqual(["/j"]);
  });

  it("is none where the fragment is something else, which leaves as well", () => {
    for (const hash of ["#short", `#${TOKEN}/../x`, "#<script>", `#${"a".repeat(300)}`]) {
      const { where, history, replaced } = address(hash);
      expect(takeToken(where, history), hash).toBeNull();
      expect(replaced).toEqual(["/j"]);
    }
  });

  it("leaves the history alone where there is no fragment", () => {
    const { where, history, replaced } = address("");
    expect(takeToken(where, history)).toBeNull();
    expect(replaced).toEqual([]);
  });
});

describe("the place of a tab", () => {
  beforeEach(() => sessionStorage.clear());

  it("is found again after a reload", () => {
    const place = { ...NOWHERE, step: "about" as const, token: TOKEN, camera: false };
    writePlace(sessionStorage, place);
    expect(readPlace(sessionStorage)).toEqual(place);
  });

  it("is nowhere when there is nothing to read", () => {
    expect(readPlace(sessionStorage)).toBeNull();
    sessionStorage.setItem("place", "{");
    expect(readPlace(sessionStorage)).toBeNull();
    sessionStorage.setItem("place", '{"step":"elsewhere"}');
    expect(readPlace(sessionStorage)).toBeNull();
  });

  it("keeps the tab's name across a reload, but gives a duplicated tab one of its own", () => {
    const tab = takeTab(sessionStorage);
    expect(tab).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
    const duplicate = takeTab(sessionStorage);
    expect(duplicate).not.toBe(tab);
    leaveTab(sessionStorage, tab);
    expect(takeTab(sessionStorage)).toBe(tab);
  });
});

describe("the answers", () => {
  const whole: CheckIn = {
    location: "12 Example Street, Springfield",
    state: "IL",
    contact_name: "Sam",
    contact_phone: "217-555-0100",
    callback_phone: "(217) 555 0101",
    alone: true,
    agreement: "group/1",
  };

  it("are complete, or name what is missing in the order of the page", () => {
    expect(missing(whole)).toEqual([]);
    expect(missing({ ...whole, state: "", location: " ", callback_phone: "call me", alone: false })).toEqual([
      "location",
      "state",
      "callback_phone",
      "alone",
    ]);
  });

  it("are sent without what could disturb a line of text", () => {
    expect(tidy(" 12\u0000 Street\u202e ")).toBe("12  Street");
    expect(phone("217\u2013555\u20130100")).toBe("217-555-0100");
    expect(ready({ ...whole, contact_name: " Sam\u2028" }).contact_name).toBe("Sam");
  });
});
