/**
 * A button that opens a short list of actions (the ARIA menu button pattern): arrows move, Home and End jump, Escape
 * closes and gives the focus back, and so does a click elsewhere.
 *
 * The list is a popover, so no tile or scroll box can cut it off; it is placed beside its button, inside the window.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
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
  "data-testid"?: string;
}

export function Menu({ label, icon = "more", caption, items, ...rest }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const entries = () => Array.from(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? []);
  const close = () => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };

  useLayoutEffect(() => {
    if (open && root.current && list.current) place(list.current, root.current.getBoundingClientRect());
  }, [open]);

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
    const all = entries();
    const now = all.indexOf(document.activeElement as HTMLElement);
    const go = (index: number) => {
      event.preventDefault();
      all[(index + all.length) % all.length]?.focus();
    };
    if (event.key === "ArrowDown") go(now + 1);
    else if (event.key === "ArrowUp") go(now - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(all.length - 1);
    else if (event.key === "Tab") setOpen(false);
    else if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
  };

  return (
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <IconButton
        {...rest}
        icon={icon}
        label={label}
        caption={caption}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      <div class="items" role="menu" aria-label={label} hidden={!open} popover="manual" ref={list}>
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
    </div>
  );
}

const EDGE = 8;

function place(list: HTMLElement, button: DOMRect): void {
  if ("showPopover" in list && !list.matches(":popover-open")) list.showPopover();
  const { width, height } = list.getBoundingClientRect();
  const below = button.bottom + EDGE / 2;
  const top = below + height + EDGE > innerHeight ? button.top - height - EDGE / 2 : below;
  const left = Math.min(Math.max(EDGE, button.right - width), innerWidth - width - EDGE);
  list.style.setProperty("top", `${Math.max(EDGE, top)}px`);
  list.style.setProperty("left", `${left}px`);
}
