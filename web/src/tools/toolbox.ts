/**
 * Which tools this page shows: what is open for everybody opens by itself, what a leader looks at stays theirs, and what
 * somebody has put away stays away until it is begun anew.
 */
import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../core/session.ts";
import { announce } from "../ui/index.ts";
import type { RoomView, Seen } from "../wire.ts";
import { REGISTRY, type ToolEntry, type ToolParts } from "./registry.ts";
import { t } from "./words/index.ts";

export interface Shown {
  readonly entry: ToolEntry;
  readonly seen: Seen | null;
  readonly parts: ToolParts | null;
}

export interface Toolbox {
  /** What this person may open. */
  readonly offered: readonly ToolEntry[];
  /** Beside the pictures; the one that was opened last. */
  readonly panel: Shown | null;
  /** In the place of the large picture. */
  readonly stage: Shown | null;
  /** Above the pictures, in the order in which the tools are offered. */
  readonly strips: readonly Shown[];
  /** Whether they may run this one for all. */
  leads(entry: ToolEntry): boolean;
  open(entry: ToolEntry): void;
  close(entry: ToolEntry): void;
}

const loaded = new Map<string, ToolParts>();
/** A tool that could not be fetched, on a line that was away for a moment, is asked for again after so long. */
const AGAIN_MS = 3000;

export function useToolbox(session: Session, room: RoomView | null): Toolbox {
  const tools = useComputed(() => session.state.value.tools).value;
  const [mine, setMine] = useState<readonly string[]>([]);
  const [, drawn] = useState(0);
  const was = useRef<ReadonlySet<string>>(new Set());
  const runs = room?.you.may.includes("tools") ?? false;
  const kept = (entry: ToolEntry): boolean => entry.confided === true && room?.you.role === "peer_host";
  const leads = (entry: ToolEntry): boolean => runs && !kept(entry);
  const here = REGISTRY.filter((one) => room?.profile.tools.includes(one.tool));
  const seenOf = (entry: ToolEntry): Seen | null => tools[entry.tool]?.seen ?? null;
  const begun = here.filter((one) => seenOf(one)?.open === true).map((one) => one.tool);
  const now = begun.join();

  useEffect(() => {
    const fresh = begun.filter((tool) => !was.current.has(tool));
    const ended = [...was.current].filter((tool) => !begun.includes(tool as Seen["tool"]));
    was.current = new Set(begun);
    if (fresh.length === 0 && ended.length === 0) return;
    setMine((before) => [...before.filter((tool) => !ended.includes(tool) && !fresh.includes(tool as Seen["tool"])), ...fresh]);
    for (const entry of here) {
      if (fresh.includes(entry.tool) && !leads(entry)) announce(t("opened", { name: t(entry.label) }));
    }
  }, [now]);

  const partsOf = (entry: ToolEntry): Shown => ({ entry, seen: seenOf(entry), parts: loaded.get(entry.tool) ?? null });
  const shown = mine.flatMap((tool): Shown[] => {
    const entry = here.find((one) => one.tool === tool);
    return entry ? [partsOf(entry)] : [];
  });
  const strips = here.filter((one) => one.strip).map(partsOf);
  const missing = [...shown, ...strips].filter((one) => one.parts === null).map((one) => one.entry);
  useEffect(() => {
    const timers = new Map<ToolEntry, ReturnType<typeof setTimeout>>();
    let over = false;
    const ask = (entry: ToolEntry): void =>
      void entry.load().then(
        ({ default: parts }) => {
          loaded.set(entry.tool, parts);
          drawn((n) => n + 1);
        },
        () => {
          if (!over) timers.set(entry, setTimeout(() => ask(entry), AGAIN_MS));
        },
      );
    missing.forEach(ask);
    return () => {
      over = true;
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [missing.map((one) => one.tool).join()]);

  return {
    offered: here.filter((one) => leads(one) || !(one.leads || kept(one))),
    panel: shown.findLast((one) => one.parts?.Panel !== undefined && (leads(one.entry) || one.entry.panel !== "leads")) ?? null,
    stage: shown.findLast((one) => one.parts?.Stage !== undefined && one.seen?.open === true) ?? null,
    strips: strips.filter((one) => one.parts?.Strip !== undefined),
    leads,
    open: (entry) => setMine((before) => [...before.filter((tool) => tool !== entry.tool), entry.tool]),
    close: (entry) => setMine((before) => before.filter((tool) => tool !== entry.tool)),
  };
}
