/**
 * The icons: drawn for this product on a 24 x 24 grid, one stroke width, no fills. An icon never stands for words alone;
 * whoever shows one gives the control a name.
 *
 * Here are those of a client's way in, where every kilobyte is waited for. The room and the pages of staff bring the others
 * along (icons.ts); any other page fetches them when it shows one.
 */
import { useEffect, useState } from "preact/hooks";
import type { MORE } from "./icons.ts";

const PATHS = {
  camera: "M4 7.5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM15 11l5-3v8l-5-3z",
  cameraOff: "M9 5.5h4a2 2 0 0 1 2 2V11l5-3v8l-3-1.8M15 15.5v1a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-9a2 2 0 0 1 1.2-1.8M3 3l18 18",
  care: "M12 20C6 15 4 12 4 9a4 4 0 0 1 8-1 4 4 0 0 1 8 1c0 3-2 6-8 11z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  eye: "M2.5 12c2.6-4.3 5.7-6.5 9.5-6.5s6.9 2.2 9.5 6.5c-2.6 4.3-5.7 6.5-9.5 6.5S5.1 16.3 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
  exit: "M10 4h9.5v16H10M3 12h10M9.5 8.5L13 12l-3.5 3.5",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 7.8v.2",
  leave: "M13.5 4.5H6a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h7.5M10.5 12H20M16.5 8.5L20 12l-3.5 3.5",
  mic: "M12 3.5a2.8 2.8 0 0 0-2.8 2.8v5a2.8 2.8 0 0 0 5.6 0v-5A2.8 2.8 0 0 0 12 3.5zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v3",
  micOff: "M14.8 9.5V6.3a2.8 2.8 0 0 0-5.3-1.2M9.2 9.2v2.1a2.8 2.8 0 0 0 4.2 2.4M5.5 11a6.5 6.5 0 0 0 10 5.5M18.5 11c0 1-.2 1.9-.6 2.7M12 17.5v3M3 3l18 18",
  pause: "M9 6v12M15 6v12",
  phone: "M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5 5l1.5-2 4 1.5v3A1.6 1.6 0 0 1 18 18.6 14 14 0 0 1 4.9 5.6 1.6 1.6 0 0 1 6.5 4z",
  play: "M8 5.5v13l10.5-6.5z",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  warn: "M12 4l9 15.5H3zM12 10v4.5M12 17v.2",
} as const;

export type IconName = keyof typeof PATHS | keyof typeof MORE;

const drawn: Partial<Record<IconName, string>> = { ...PATHS };

/** Have more of them at hand. */
export function know(more: typeof MORE): void {
  Object.assign(drawn, more);
}

/** A drawing of these strokes: for signs that only some pages have, which keep them in their own chunk. */
export function Drawing({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}

export function Icon({ name }: { name: IconName }) {
  const path = drawn[name];
  return path === undefined ? <Late name={name} /> : <Drawing path={path} />;
}

function Late({ name }: { name: IconName }) {
  const [path, setPath] = useState("");
  useEffect(() => {
    // Without it there is still the control's name.
    import("./icons.ts").then(() => setPath(drawn[name] ?? ""), () => undefined);
  }, [name]);
  return <Drawing path={path} />;
}
