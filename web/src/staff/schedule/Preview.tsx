/** What a change would do and what speaks against it, asked of the server while somebody still chooses; and saving it. */
import { useEffect, useRef, useState } from "preact/hooks";

import { Button, Notice } from "../../ui/index.ts";
import { known as sayCode, moment, t as staff } from "../words/index.ts";
import { previewOf, save, whyNot } from "./door.ts";
import type { Change, Conflict, Group, Preview as Found } from "./door.ts";
import { known, t } from "./words/index.ts";

/** Long enough that typing a time does not ask five times. */
const PAUSE_MS = 250;

interface Asked {
  readonly key: string;
  readonly found: Found | null;
  readonly wrong: string | null;
}

export interface Previewed {
  readonly found: Found | null;
  readonly wrong: string | null;
  readonly asking: boolean;
}

export function usePreview(change: Change | null): Previewed {
  const key = change === null ? "" : JSON.stringify(change);
  const [asked, setAsked] = useState<Asked>({ key: "", found: null, wrong: null });
  const newest = useRef(key);
  newest.current = key;
  useEffect(() => {
    if (change === null) return undefined;
    const timer = setTimeout(() => {
      previewOf(change).then(
        (found) => newest.current === key && setAsked({ key, found, wrong: null }),
        (error: unknown) => newest.current === key && setAsked({ key, found: null, wrong: whyNot(error) }),
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return asked.key === key ? { ...asked, asking: false } : { found: asked.found, wrong: null, asking: key !== "" };
}

/** A reason by its code, else by the refusal's. */
export function said(code: string): string {
  const own = known("why", code, "why.unknown");
  return own === t("why.unknown") ? sayCode("code", code, "code.internal") : own;
}

function words(one: Conflict, zone: string): string {
  const other = one.other === "" ? "" : `(${one.other})`;
  return t(`conflict.${one.kind}`, { n: one.count, when: one.starts === 0 ? "" : moment(one.starts, zone), who: one.who, other, rule: one.rule }).trim();
}

export function Preview({ of, zone, fresh = false }: { of: Previewed; zone: string; fresh?: boolean }) {
  const { found, wrong, asking } = of;
  return (
    <div class="preview" aria-live="polite" aria-busy={asking} data-testid="preview">
      {wrong !== null && (
        <Notice tone="bad">
          <p>{said(wrong)}</p>
        </Notice>
      )}
      {wrong === null && found !== null && (
        <>
          <p class="soft">{found.count === 0 ? t("preview.none") : t(fresh ? "preview.new" : "preview.count", { n: found.count })}</p>
          {found.conflicts.length === 0 ? (
            <Notice tone="good" icon="check">
              <p>{t("conflicts.none")}</p>
            </Notice>
          ) : (
            <Notice tone="warn" data-testid="conflicts">
              <p>{t("conflicts.some", { n: found.conflicts.length })}</p>
              <ul>
                {found.conflicts.map((one) => (
                  <li key={`${one.kind} ${one.who} ${one.rule}`}>{words(one, zone)}</li>
                ))}
              </ul>
            </Notice>
          )}
        </>
      )}
    </div>
  );
}

/** Saves a change, once, and says why it could not be. */
export function Saving({ change, label, look = "primary", preview, onSaved }: { change: Change | null; label: string; look?: "primary" | "danger"; preview: Previewed; onSaved: (group: Group) => void }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const send = async () => {
    if (change === null) return;
    setBusy(true);
    try {
      onSaved(await save(change));
    } catch (error) {
      setWrong(whyNot(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {wrong !== null && (
        <p class="error" role="alert">
          {said(wrong)}
        </p>
      )}
      <Button look={look} busy={busy || change === null || preview.asking || preview.wrong !== null} onClick={send} data-testid="save-schedule">
        {busy ? staff("loading") : label}
      </Button>
    </>
  );
}
