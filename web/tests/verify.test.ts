import { describe, expect, it } from "vitest";

import { codeIn } from "../src/verify/code.ts";

describe("the code in the address", () => {
  it("is shown in the groups in which it is printed, however it was written", () => {
    for (const text of ["#0123456789ABCDEFGHJK", "#01234-56789-ABCDE-FGHJK", "#01234 56789 abcde fghjk"]) {
      expect(codeIn(text)).toBe("01234-56789-ABCDE-FGHJK");
    }
  });

  it("is nothing where there is none, and never longer than a code", () => {
    expect(codeIn("")).toBe("");
    expect(codeIn(`#${"A".repeat(400)}`)).toBe("AAAAA-AAAAA-AAAAA-AAAAA");
    expect(codeIn("#<script>")).toBe("SCRIP-T");
  });
});
