/**
 * A figure with the sessions that it is made of: they show while the pointer is over it, while it has the keyboard's
 * focus, and after a tap. Escape, a second tap or a tap elsewhere closes them.
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { known as staffWord, clock, shortDay, t as staff } from "../words/index.ts";
import type { OneSession, Sessions } from "./door.ts";
import { t } from "./words/index.ts";

export interface FigureProps {
  readonly ids: readonly string[];
  readonly sessions: Sessions;
  /** What the figure is, for the list's title. */
  readonly title: string;
  readonly tone?: "warn" | "bad" | "good" | undefined;
  readonly children: ComponentChildren;
}

/** More than these nobody reads under a finger. */
const MOST = 20;

export function Figure({ ids, sessions, title, tone, children }: FigureProps) {
  const [over, setOver] = useState(false);
  const [pinned, setPinned] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const id = useId();
  const open = over || pinned;
  useEffect(() => {
    if (!pinned) return undefined;
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setPinned(false);
    };
    addEventListener("pointerdown", elsewhere);
    return () => removeEventListener("pointerdown", elsewhere);
  }, [pinned]);
  const close = () => {
    setOver(false);
    setPinned(false);
  };
  return (
    <span
      class="figure"
      ref={root}
      onPointerEnter={(event) => event.pointerType === "mouse" && setOver(true)}
      onPointerLeave={() => setOver(false)}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node) || root.current?.contains(event.relatedTarget) !== true) close();
      }}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <button type="button" class="figure-face" data-tone={tone} aria-expanded={open} aria-describedby={open ? id : undefined} onFocus={(event) => event.currentTarget.matches(":focus-visible") && setOver(true)} onClick={() => setPinned(!pinned)}>
        {children}
      </button>
      {open && (
        <span class="figure-why card" id={id} role="note" tabIndex={0}>
          <strong>{title}</strong>
          {ids.length === 0 ? <span class="soft">{t("why.none")}</span> : <List ids={ids} sessions={sessions} />}
        </span>
      )}
    </span>
  );
}

function List({ ids, sessions }: { ids: readonly string[]; sessions: Sessions }) {
  const shown = [...ids].reverse().slice(0, MOST);
  return (
    <span class="figure-list">
      {shown.map((one) => {
        const session = sessions[one];
        return session && <span key={one}>{told(session)}</span>;
      })}
      {ids.length > MOST && <span class="soft">{t("why.more", { n: ids.length - MOST })}</span>}
    </span>
  );
}

/** "24 Nov 2026, 6:00 PM · Group therapy · Present, 180 minutes" */
export function told(session: OneSession): string {
  const kind = staffWord("kind", session.kind, "kind.unknown");
  const how = session.status === "coming" ? t("why.coming") : staffWord("status", session.status, "status.unknown");
  const parts = [`${shortDay(session.day)}, ${clock(session.starts)}`, kind, session.minutes > 0 ? `${how}, ${staff("minutes", { n: session.minutes })}` : how];
  if (session.corrected) parts.push(t("why.corrected"));
  if (session.made_up_by !== "") parts.push(t("why.made_up"));
  return parts.join(" · ");
}
