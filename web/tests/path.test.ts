import { describe, expect, it } from "vitest";
import { pathOf, type PathStat } from "../src/core/path.ts";

function stats(local: Partial<PathStat>, ...others: PathStat[]): Map<string, PathStat> {
  const all: PathStat[] = [
    { id: "L0", type: "local-candidate", protocol: "tcp", candidateType: "host" },
    { id: "L1", type: "local-candidate", ...local },
    { id: "P0", type: "candidate-pair", localCandidateId: "L0", responsesReceived: 90 },
    { id: "P1", type: "candidate-pair", localCandidateId: "L1", responsesReceived: 7, nominated: true, state: "succeeded" },
    ...others,
  ];
  return new Map(all.map((stat) => [stat.id, stat]));
}

const CHROMIUM: PathStat = { id: "T0", type: "transport", selectedCandidatePairId: "P1" };

describe("the path", () => {
  it("is a detour over TCP or through a relay, by the pair that is selected", () => {
    const detour = (protocol: string, candidateType: string) => pathOf(stats({ protocol, candidateType }, CHROMIUM))?.detour;
    expect(detour("udp", "host")).toBe(false);
    expect(detour("udp", "prflx")).toBe(false);
    expect(detour("tcp", "prflx")).toBe(true);
    expect(detour("udp", "relay")).toBe(true);
  });

  it("counts the answers of the selected pair only, with or without statistics of transports", () => {
    expect(pathOf(stats({ protocol: "udp" }, CHROMIUM))?.answers).toBe(7);
    expect(pathOf(stats({ protocol: "udp" }))?.answers).toBe(7);
  });

  it("is not known before there is one", () => {
    expect(pathOf(new Map())).toBeNull();
    expect(pathOf(new Map([["T0", { id: "T0", type: "transport" }]]))).toBeNull();
  });
});
