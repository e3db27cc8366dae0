/**
 * Any command by its name: typed, chosen with the arrows, done with Enter (the ARIA combobox with a list). Beside what
 * it is given it offers every button of the page's bars, by the name that the button has: what one can press, one can
 * type.
 */
import { useMemo, useRef, useState } from "preact/hooks";

import { Dialog } from "../../ui/index.ts";
import { meant } from "./palette.ts";
import type { Command } from "./palette.ts";
import { t } from "./words/index.ts";

/** Bars whose buttons are commands. */
const BARS = ".host button, #controls button, .call > .top button, .goodbye button";

/** The buttons that can be pressed now. */
function pressed(): Command[] {
  return [...document.querySelectorAll<HTMLButtonElement>(BARS)].flatMap((button, index) => {
    const label = button.getAttribute("aria-label") ?? button.textContent ?? "";
    if (label === "" || button.disabled || button.getAttribute("role") === "menuitem") return [];
    return [{ id: `bar-${index}`, label, act: () => button.click() }];
  });
}

export default function Palette({ commands, onClose }: { commands: readonly Command[]; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const bars = useMemo(pressed, []);
  const found = meant([...commands.filter((one) => one.first), ...bars, ...commands.filter((one) => !one.first)], typed);
  const list = useRef<HTMLUListElement>(null);
  const chosen = found[Math.min(at, found.length - 1)];
  const go = (index: number) => {
    if (found.length === 0) return;
    const next = (index + found.length) % found.length;
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: "nearest" });
  };
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    // After the dialog has given the focus back: what the command opens may take it.
    setTimeout(() => command.act());
  };
  return (
    <Dialog title={t("palette")} closeLabel={t("close")} onClose={onClose} data-testid="palette">
      <div class="palette">
        <input
          class="input"
          type="text"
          role="combobox"
          aria-label={t("palette_hint")}
          placeholder={t("palette_hint")}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={chosen === undefined ? undefined : `command-${chosen.id}`}
          autocomplete="off"
          spellcheck={false}
          autofocus
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 };
            const next = moves[event.key];
            if (next !== undefined) {
              event.preventDefault();
              go(next);
            } else if (event.key === "Enter" && !event.isComposing) {
              event.preventDefault();
              run(chosen);
            }
          }}
          data-testid="palette-input"
        />
        <p class="unseen" role="status">
          {found.length === 0 ? t("palette_nothing") : t("palette_found", { n: found.length })}
        </p>
        {found.length === 0 && <p class="soft">{t("palette_nothing")}</p>}
        <ul id="palette-list" role="listbox" aria-label={t("palette")} ref={list}>
          {found.map((command) => (
            // The field has the focus and the keys; the list is for the pointer.
            <li
              key={command.id}
              id={`command-${command.id}`}
              role="option"
              aria-selected={command === chosen}
              onClick={() => run(command)}
              data-testid={`command-${command.id}`}
            >
              <span>{command.label}</span>
              {command.keys !== undefined && <kbd>{command.keys}</kbd>}
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
