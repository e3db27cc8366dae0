/**
 * The way between the pages: a column beside them where there is room, and elsewhere a button that opens the same list.
 * It shows what the signed-in person's role may open, and nothing else.
 */
import { useEffect, useRef, useState } from "preact/hooks";

import { Button, Drawing } from "../ui/index.ts";
import { me } from "./api.ts";
import { OwnCalendar } from "./links/Own.tsx";
import { SignOut } from "./notes/SignOut.tsx";
import { opens, PAGES } from "./pages.ts";
import type { Page } from "./pages.ts";
import { linkTo, route } from "./route.ts";
import { SIGNS } from "./signs.ts";
import { t } from "./words/index.ts";

export function Navigation({ now }: { now: Page | null }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLElement>(null);
  const address = route.value;

  useEffect(() => setOpen(false), [address]);
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>("nav a")?.focus();
    const elsewhere = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open || event.key !== "Escape") return;
    setOpen(false);
    root.current?.querySelector<HTMLElement>("[aria-controls=pages]")?.focus();
  };

  const here = now?.under ?? now?.page;
  const shown = PAGES.filter((one) => one.nav !== undefined && opens(one));
  const name = shown.find(({ page }) => page === here)?.nav?.[0];
  return (
    <header class="top" ref={root} onKeyDown={onKeyDown} data-open={open ? true : undefined}>
      <div class="row bar">
        <Button look="plain" icon="more" aria-expanded={open} aria-controls="pages" onClick={() => setOpen(!open)} data-testid="menu">
          {t("nav.menu")}
        </Button>
        {name !== undefined && <span class="soft">{t(name)}</span>}
      </div>
      <div class="list" id="pages">
        <nav aria-label={t("nav")}>
          <ul class="plain-list">
            {shown.map(({ page, nav: [label, sign] = ["nav.today", "today"] }) => (
              <li key={page}>
                <a href={linkTo(page)} aria-current={page === here ? "page" : undefined} data-testid={`nav-${page}`}>
                  <Drawing path={SIGNS[sign]} />
                  {t(label)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="who">
          <OwnCalendar />
          <a href="/docs">{t("nav.api")}</a>
          <span class="soft small">{me.value?.legal_name}</span>
          <SignOut />
        </div>
      </div>
    </header>
  );
}
