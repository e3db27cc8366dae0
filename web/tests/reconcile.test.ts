import { describe, expect, it } from "vitest";
import { reconciler } from "../src/core/reconcile.ts";

function gate() {
  let open = () => undefined as void;
  const passed = new Promise<void>((go) => (open = go));
  return { open: () => open(), passed };
}

describe("reconciler", () => {
  it("brings one value at a time and skips those that are out of date", async () => {
    const seen: number[] = [];
    const first = gate();
    let running = 0;
    const bring = reconciler<number>(
      async (value) => {
        expect(++running).toBe(1);
        seen.push(value);
        if (value === 1) await first.passed;
        running--;
      },
      (error) => {
        throw error;
      },
    );
    const done = Promise.all([bring(1), bring(2), bring(3)]);
    first.open();
    await done;
    expect(seen).toEqual([1, 3]);
  });

  it("reports a failure and brings the next value all the same", async () => {
    const failures: unknown[] = [];
    const seen: number[] = [];
    const bring = reconciler<number>(
      (value) => {
        if (value === 1) return Promise.reject(new Error("busy"));
        seen.push(value);
        return Promise.resolve();
      },
      (error) => failures.push(error),
    );
    await bring(1);
    await bring(2);
    expect(failures).toHaveLength(1);
    expect(seen).toEqual([2]);
  });

  it("is ready again after it has come to rest", async () => {
    const seen: string[] = [];
    const bring = reconciler<string>(
      (value) => Promise.resolve(void seen.push(value)),
      () => undefined,
    );
    await bring("on");
    await bring("off");
    expect(seen).toEqual(["on", "off"]);
  });
});
