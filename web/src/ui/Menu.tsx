/**
 * A button that opens a short list of actions (the ARIA menu button pattern): arrows move, Home and End jump, Escape
 * closes and gives the focus back, and so does a click elsewhere.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./Icon.tsx";
import { IconButton } from "./IconButton.tsx";

export interface MenuItem {
  label: string;
  icon: IconName;
  tone?: "danger";
  act: () => void;
  testid?: string;
}

export interface MenuProps {
  label: string;
  icon?: IconName;
  caption?: string;
  items: MenuItem[];
  opens?: "up" | "down";
  "data-testid"?: string;
}

export function Menu({ label, icon = "more", caption, items, opens = "up", ...rest }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const entries = () => Array.from(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []);
  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };

  useEffect(() => {
    if (!open) return;
    entries()[0]?.focus();
    const elsewhere = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const list = entries();
    const now = list.indexOf(document.activeElement as HTMLElement);
    const go = (index: number) => {
      event.preventDefault();
      list[(index + list.length) % list.length]?.focus();
    };
    if (event.key === "ArrowDown") go(now + 1);
    else if (event.key === "ArrowUp") go(now - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(list.length - 1);
    else if (event.key === "Tab") setOpen(false);
    else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  };

  return (
    <div class="menu" data-opens={opens} ref={root} onKeyDown={onKeyDown}>
      <IconButton
        {...rest}
        icon={icon}
        label={label}
        caption={caption}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div class="items" role="menu" aria-label={label}>
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class="item"
              data-tone={item.tone}
              data-testid={item.testid}
              onClick={() => {
                close();
                item.act();
              }}
            >
              <Icon name={item.icon} />
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
