/**
 * How this person needs pages to look: larger text, stronger contrast, bold outlines, no motion, a darker room.
 *
 * What is chosen is remembered by this device alone, and written as attributes of the page's root; comfort.css does the
 * rest. Nothing is told to the server: that somebody sees badly, or sits in the dark, is nobody's business.
 */
import { effect, signal } from "@preact/signals";

export type Shades = "device" | "dark" | "evening";

export interface Comfort {
  /** 0 is as the browser has it; each step is larger. */
  readonly text: number;
  readonly contrast: boolean;
  readonly outlines: boolean;
  readonly still: boolean;
  readonly shades: Shades;
}

export const TEXT_STEPS = 4;
const KEPT = "comfort";
/** Hours of the evening's dark colours, by the device's clock. */
const DUSK = 19;
const DAWN = 7;
const LOOK_AGAIN_MS = 60_000;

const asks = (query: string) => matchMedia(query);
const dark = () => asks("(prefers-color-scheme: dark)");

function remembered(): Comfort {
  const none: Comfort = { text: 0, contrast: asks("(prefers-contrast: more)").matches, outlines: false, still: false, shades: "device" };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Comfort>) };
  } catch {
    return none;
  }
}

export const comfort = signal<Comfort>(remembered());

export function change(part: Partial<Comfort>): void {
  comfort.value = { ...comfort.value, ...part };
  localStorage.setItem(KEPT, JSON.stringify(comfort.value));
}

/** Whether nothing may move by itself. */
export function calm(): boolean {
  return comfort.value.still || asks("(prefers-reduced-motion: reduce)").matches;
}

export function isDark(shades: Shades, device: boolean, hour: number): boolean {
  return shades === "dark" || (shades === "evening" && (hour >= DUSK || hour < DAWN)) || (shades === "device" && device);
}

let applied = false;

/** Call it before anything is drawn; again changes nothing. */
export function applyComfort(): void {
  if (applied) return;
  applied = true;
  const root = document.documentElement;
  const paint = () => {
    const { text, contrast, outlines, still, shades } = comfort.value;
    root.dataset["text"] = String(text);
    root.toggleAttribute("data-contrast", contrast);
    root.toggleAttribute("data-outlines", outlines);
    root.toggleAttribute("data-still", still);
    const shade = isDark(shades, dark().matches, new Date().getHours()) ? "dark" : "light";
    // Without a wish the device's own colours are the style sheet's work, as on every other page.
    if (shades === "device" && !contrast) delete root.dataset["shade"];
    else root.dataset["shade"] = shade;
  };
  effect(paint);
  dark().addEventListener("change", paint);
  setInterval(paint, LOOK_AGAIN_MS);
}
