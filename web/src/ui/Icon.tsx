/**
 * The icons: drawn for this product on a 24 x 24 grid, one stroke width, no fills. An icon never stands for words alone;
 * whoever shows one gives the control a name.
 */
export const PATHS = {
  back: "M15 5l-7 7 7 7",
  bell: "M6 16.5c1-1 1.5-2.2 1.5-5a4.5 4.5 0 0 1 9 0c0 2.8.5 4 1.5 5zM12 4v3M10.3 19a1.8 1.8 0 0 0 3.4 0",
  brush: "M19.5 4.5c-4 1.5-8 5-9.8 8.3l1.7 1.7c3.2-1.8 6.6-5.9 8.1-10zM9 14c-2 0-3 1.2-3 3 0 1.2-.8 2-2.2 2.2 1 .8 2.2 1.1 3.4 1.1 2.2 0 3.8-1.5 3.8-3.8",
  calendar: "M5 6.5h14v13H5zM5 10.5h14M9 3.5v4M15 3.5v4",
  camera: "M4 7.5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM15 11l5-3v8l-5-3z",
  cameraOff: "M9 5.5h4a2 2 0 0 1 2 2V11l5-3v8l-3-1.8M15 15.5v1a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-9a2 2 0 0 1 1.2-1.8M3 3l18 18",
  chart: "M3.5 20h17M6 20v-7M11 20V5M16 20v-10",
  care: "M12 20C6 15 4 12 4 9a4 4 0 0 1 8-1 4 4 0 0 1 8 1c0 3-2 6-8 11z",
  chat: "M5 5h14a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 19 17h-7.5L7 20.5V17H5a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 5 5z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  close: "M6 6l12 12M18 6L6 18",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  copy: "M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9",
  door: "M6 20.5V4.5A1 1 0 0 1 7 3.5h10a1 1 0 0 1 1 1v16M3.5 20.5h17M14.5 12v.5",
  download: "M12 4v11M7.5 11L12 15.5 16.5 11M5 19.5h14",
  eye: "M2.5 12c2.6-4.3 5.7-6.5 9.5-6.5s6.9 2.2 9.5 6.5c-2.6 4.3-5.7 6.5-9.5 6.5S5.1 16.3 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
  exit: "M10 4h9.5v16H10M3 12h10M9.5 8.5L13 12l-3.5 3.5",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1",
  hand: "M8 12.5V6a1.5 1.5 0 0 1 3 0v5-6.5a1.5 1.5 0 0 1 3 0V11 6.5a1.5 1.5 0 0 1 3 0V14c0 4-2.2 6.5-5.7 6.5-2.6 0-4-1-5.6-3.6L3.8 14a1.6 1.6 0 0 1 2.6-1.8L8 14z",
  inbox: "M3.5 6.5h17v11.5h-17zM3.5 7l8.5 6.5L20.5 7",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 7.8v.2",
  keyboard: "M3.5 6.5h17v11h-17zM7 10v.2M10.3 10v.2M13.7 10v.2M17 10v.2M8 14h8",
  key: "M8.5 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11.5 12L20 3.5M16.5 7l3 3",
  leave: "M13.5 4.5H6a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h7.5M10.5 12H20M16.5 8.5L20 12l-3.5 3.5",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  mic: "M12 3.5a2.8 2.8 0 0 0-2.8 2.8v5a2.8 2.8 0 0 0 5.6 0v-5A2.8 2.8 0 0 0 12 3.5zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5v3",
  micOff: "M14.8 9.5V6.3a2.8 2.8 0 0 0-5.3-1.2M9.2 9.2v2.1a2.8 2.8 0 0 0 4.2 2.4M5.5 11a6.5 6.5 0 0 0 10 5.5M18.5 11c0 1-.2 1.9-.6 2.7M12 17.5v3M3 3l18 18",
  moment: "M12 20.5c5.5-2.2 7.5-6 7-11-3 .3-5.4 1.7-7 4.5-1.6-2.8-4-4.2-7-4.5-.5 5 1.5 8.8 7 11zM12 14c1.4-3.6 1.4-7 0-10-1.4 3-1.4 6.4 0 10z",
  tools: "M4 5h6v6H4zM14 5h6v6h-6zM4 15h6v4H4zM14 15h6v4h-6z",
  music: "M9 17.5V6l10-2v11.5M9 17.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 15.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  more: "M12 6v.2M12 12v.2M12 18v.2",
  next: "M9 5l7 7-7 7",
  note: "M6 3.5h9L19 7.5v13H6zM14.5 3.5V8H19M9 12h7M9 16h5",
  pause: "M9 6v12M15 6v12",
  people: "M9 5.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3.5 19a5.5 5.5 0 0 1 11 0M15 5.8a3 3 0 0 1 0 5.4M17 14.2a5.5 5.5 0 0 1 3.5 4.8",
  phone: "M6.5 4h3l1.5 4-2 1.5a11 11 0 0 0 5 5l1.5-2 4 1.5v3A1.6 1.6 0 0 1 18 18.6 14 14 0 0 1 4.9 5.6 1.6 1.6 0 0 1 6.5 4z",
  play: "M8 5.5v13l10.5-6.5z",
  remove: "M9.5 5.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 19a5.5 5.5 0 0 1 11 0M16.5 9.5l4 4M20.5 9.5l-4 4",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4M12 13V8M9.5 10.5L12 8l2.5 2.5",
  screenOff: "M4 5h16v11H4zM9 20h6M12 16v4M9.8 8.3l4.4 4.4M14.2 8.3l-4.4 4.4",
  search: "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM16 16l4 4",
  send: "M4 12l16-7.5-5 15.5-3.5-6.5zM11.5 13.5L20 4.5",
  sound: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  unlock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2",
  waves: "M3 9c2-2 4-2 6 0s4 2 6 0 4-2 6 0M3 15c2-2 4-2 6 0s4 2 6 0 4-2 6 0",
  warn: "M12 4l9 15.5H3zM12 10v4.5M12 17v.2",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing of these strokes: for signs that only some pages have, which keep them in their own chunk. */
export function Drawing({ path }: { path: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={path} />
    </svg>
  );
}

export function Icon({ name }: { name: IconName }) {
  return <Drawing path={PATHS[name]} />;
}
