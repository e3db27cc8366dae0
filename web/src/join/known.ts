/**
 * Whether the mirror may be passed by: the same devices as the last time are there, and the browser gives them without a
 * question. What was switched on then is kept by this device.
 */
interface Checked {
  readonly microphone: boolean;
  readonly camera: boolean;
}

const KEPT = "checked";
const KINDS = { microphone: "audioinput", camera: "videoinput" } as const;

export function keepChecked(now: Checked): void {
  localStorage.setItem(KEPT, JSON.stringify(now));
}

/** What was switched on the last time, if it works as it did then; null asks for a look into the mirror. */
export async function known(): Promise<Checked | null> {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") as Checked | null;
    const chosen = JSON.parse(localStorage.getItem("devices") ?? "{}") as Record<string, string>;
    if (!kept) return null;
    const kinds = (["microphone", "camera"] as const).filter((kind) => kept[kind]);
    const list = await navigator.mediaDevices.enumerateDevices();
    for (const kind of kinds) {
      const { state } = await navigator.permissions.query({ name: kind });
      const there = list.filter((one) => one.kind === KINDS[kind]);
      const id = chosen[kind] ?? "";
      if (state !== "granted" || there.length === 0 || (id !== "" && !there.some((one) => one.deviceId === id))) return null;
    }
    return kept;
  } catch {
    // A browser that does not tell is asked by using the devices.
    return null;
  }
}
