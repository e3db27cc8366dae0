/**
 * Devices come and go: a headset's battery, a Bluetooth earpiece, a camera's cable. Given what is plugged in now, what was
 * chosen and what is in use, whether to change over, and why. Pure.
 *
 * What was chosen stays chosen while it is away, so that it is taken again when it is back. Where nothing was chosen the
 * system's own default is followed; a browser that lists it names it "default" and gives it the group of the real one.
 */
export interface Plugged {
  readonly id: string;
  readonly label: string;
  readonly group: string;
}

export interface InUse {
  readonly id: string;
  readonly group: string;
}

/** gone: the one in use is no longer there. back: the chosen one is. default: the system has another one now. */
export type Change = "gone" | "back" | "default";

export function change(list: readonly Plugged[], chosen: string, inUse: InUse | null): Change | null {
  // Before a page may use devices it is told of one of each kind, without an id.
  if (!list.some((one) => one.id)) return null;
  const there = (id: string) => list.some((one) => one.id === id);
  if (inUse === null) return null;
  if (chosen !== "" && chosen !== "default" && there(chosen)) return inUse.id === chosen ? null : "back";
  if (inUse.id !== "" && !there(inUse.id)) return "gone";
  const system = list.find((one) => one.id === "default");
  if (system && system.group !== "" && inUse.group !== "" && system.group !== inUse.group) {
    // What was chosen by hand and is away is stood in for by the default, also when that changes.
    return "default";
  }
  return null;
}

/** Which speaker to play on: the chosen one while it is there, else the system's. */
export function speakerOf(list: readonly Plugged[], chosen: string): string {
  return list.some((one) => one.id === chosen) ? chosen : "";
}
