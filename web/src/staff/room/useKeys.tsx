/** What the room's keys do, and the two dialogs that belong to them, fetched when they are first opened. */
import { useEffect, useRef, useState } from "preact/hooks";

import { fetched } from "../../ui/fetched.tsx";
import { meaning, shown } from "./keys.ts";
import type { Command } from "./palette.ts";
import { t } from "./words/index.ts";

const Palette = fetched(() => import("./Palette.tsx").then((module) => module.default));
const Keys = fetched(() => import("./Keys.tsx").then((module) => module.default));

export interface Doings {
  readonly commands: () => Command[];
  readonly show: (which: "people" | "inbox" | "notes") => void;
  readonly admit: () => void;
  readonly mayNote: boolean;
}

export function useKeys(doings: Doings) {
  const [open, setOpen] = useState<"palette" | "help" | null>(null);
  const newest = useRef(doings);
  newest.current = doings;
  const before = useRef<Element | null>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // The notes have keys of their own, and a dialog is answered first.
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      const means = meaning(event);
      if (means === null) return;
      event.preventDefault();
      if (means === "palette" || means === "help") setOpen(means);
      else if (means === "toolbar") toToolbar(before);
      else if (means === "admit") newest.current.admit();
      else if (means === "messages") newest.current.show("inbox");
      else if (means === "people" || newest.current.mayNote) newest.current.show(means);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  const close = () => setOpen(null);
  return {
    openPalette: () => setOpen("palette"),
    dialogs: (
      <>
        {open === "palette" && <Palette commands={[...doings.commands(), helpCommand(() => setOpen("help"))]} onClose={close} />}
        {open === "help" && <Keys onClose={close} />}
      </>
    ),
  };
}

function helpCommand(act: () => void): Command {
  return { id: "keys", label: t("keys_title"), keys: shown("help"), act };
}

/** To the buttons of a good-bye that runs, then to those below; from there, back to where one was. */
function toToolbar(before: { current: Element | null }): void {
  const now = document.activeElement;
  const bars = [...document.querySelectorAll<HTMLElement>(".goodbye, #controls")].filter((bar) => bar.querySelector("button") !== null);
  const place = bars.findIndex((bar) => bar.contains(now));
  if (place === -1) before.current = now;
  const next = bars[place + 1];
  if (next !== undefined) next.querySelector<HTMLElement>("button:not(:disabled)")?.focus();
  else if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
}
