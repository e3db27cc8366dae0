/**
 * The tools that a room may have: what each is called, and where its parts are. One line for each; the parts are fetched
 * when somebody opens it. Which of them a session has is said by the room (`profile.tools`).
 */
import type { ComponentType } from "preact";
import type { Session } from "../core/session.ts";
import type { IconName } from "../ui/index.ts";
import type { RoomView, Seen } from "../wire.ts";
import type english from "./words/en.json";

export interface ToolProps {
  readonly session: Session;
  readonly room: RoomView;
  /** Of this tool; null while it has not begun, or where nothing of it is for this person. */
  readonly seen: Seen | null;
  /** Whether they may run it for all. */
  readonly leads: boolean;
}

export interface ToolParts {
  /** Beside the pictures; a sheet on a phone. */
  readonly Panel?: ComponentType<ToolProps>;
  /** In the place of the large picture. */
  readonly Stage?: ComponentType<ToolProps>;
  /** A line above the pictures, whatever else is open; it shows nothing as long as there is nothing to see. */
  readonly Strip?: ComponentType<ToolProps>;
}

export interface ToolEntry {
  readonly tool: Seen["tool"];
  readonly icon: IconName;
  readonly label: Label;
  /** Whether only leaders may open it by themselves; everybody sees it while it is open for all. */
  readonly leads: boolean;
  /** What people say here is for staff alone: a peer who hosts is not offered it. */
  readonly confided?: true;
  /** Whether only leaders have its panel: everybody else has all they need on the stage or in the strip. */
  readonly panel?: "leads";
  /** Whether it has a strip, and so is fetched before anybody opens it. */
  readonly strip?: true;
  /** Little enough for half of a phone, so that faces stay in view above it. */
  readonly half?: boolean;
  readonly load: () => Promise<{ default: ToolParts }>;
}

/** Keys of words/en.json. */
export type Label = keyof typeof english;

export const REGISTRY: readonly ToolEntry[] = [
  { tool: "rounds", half: true, icon: "people", label: "rounds", leads: true, panel: "leads", strip: true, load: () => import("./rounds/index.tsx") },
  { tool: "scales", confided: true, icon: "chart", label: "scales", leads: true, load: () => import("./scales/index.tsx") },
  { tool: "timer", half: true, icon: "clock", label: "timer", leads: true, panel: "leads", strip: true, load: () => import("./timer/index.tsx") },
  { tool: "cards", half: true, icon: "note", label: "cards", leads: true, load: () => import("./cards/index.tsx") },
  { tool: "plan", confided: true, icon: "care", label: "plan", leads: false, load: () => import("./plan/index.tsx") },
  { tool: "bell", icon: "bell", label: "bell", leads: true, panel: "leads", strip: true, load: () => import("./bell/index.tsx") },
  { tool: "calm", icon: "waves", label: "calm", leads: true, panel: "leads", load: () => import("./calm/index.tsx") },
  { tool: "music", icon: "music", label: "music", leads: true, panel: "leads", strip: true, load: () => import("./music/index.tsx") },
  { tool: "board", icon: "brush", label: "board", leads: true, panel: "leads", load: () => import("./board/index.tsx") },
  { tool: "slides", icon: "screen", label: "slides", leads: true, panel: "leads", load: () => import("./slides/index.tsx") },
  { tool: "polls", half: true, icon: "chart", label: "polls", leads: true, load: () => import("./polls/index.tsx") },
  { tool: "quiz", icon: "check", label: "quiz", leads: true, load: () => import("./quiz/index.tsx") },
  { tool: "questions", icon: "hand", label: "questions", leads: false, load: () => import("./questions/index.tsx") },
];
