/** Which way sound and picture take, read from a connection's statistics. Pure. */

/** The fields of `RTCStats` that tell it. */
export interface PathStat {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly localCandidateId?: string;
  readonly responsesReceived?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly protocol?: string;
  readonly candidateType?: string;
}

export interface Path {
  /** Answers to connectivity checks on this path; a spare path may go on answering when this one is dead. */
  readonly answers: number;
  /** The network let only a detour through: TCP, or a relay. */
  readonly detour: boolean;
}

/** The path that is used, or null while there is none. */
export function pathOf(stats: ReadonlyMap<string, PathStat>): Path | null {
  const pair = selected([...stats.values()], stats);
  const local = stats.get(pair?.localCandidateId ?? "");
  if (!pair || !local) return null;
  return {
    answers: pair.responsesReceived ?? 0,
    detour: local.protocol === "tcp" || local.candidateType === "relay",
  };
}

function selected(all: readonly PathStat[], stats: ReadonlyMap<string, PathStat>): PathStat | undefined {
  const transport = all.find((stat) => stat.type === "transport" && stat.selectedCandidatePairId);
  if (transport) return stats.get(transport.selectedCandidatePairId ?? "");
  // Firefox has no statistics of transports.
  return all.find((stat) => stat.type === "candidate-pair" && stat.nominated && stat.state === "succeeded");
}
