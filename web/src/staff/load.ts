/**
 * Something that a page shows and the server knows: loaded when the page opens, again on demand, and again every few
 * seconds while the page is in front. Owns no data of its own kind and no words.
 *
 * What was loaded stays while a later attempt fails; the failure stands beside it.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { codeOf } from "./api.ts";

export interface Loaded<T> {
  /** The last good answer for this key; null before the first. */
  readonly value: T | null;
  /** Why the last attempt failed; null if it did not. */
  readonly code: string | null;
  readonly again: () => void;
}

interface Kept<T> {
  readonly key: string;
  readonly value: T | null;
  readonly code: string | null;
}

export function useLoad<T>(key: string, load: () => Promise<T>, everySeconds = 0): Loaded<T> {
  const [kept, setKept] = useState<Kept<T>>({ key, value: null, code: null });
  const newest = useRef(load);
  newest.current = load;
  const round = useRef(0);

  const again = useCallback(() => {
    const mine = ++round.current;
    newest.current().then(
      (value) => {
        if (mine === round.current) setKept({ key, value, code: null });
      },
      (error: unknown) => {
        if (mine !== round.current) return;
        setKept((before) => ({ key, value: before.key === key ? before.value : null, code: codeOf(error) }));
      },
    );
  }, [key]);

  useEffect(() => {
    again();
    const visible = () => {
      if (document.visibilityState === "visible") again();
    };
    const timer = everySeconds > 0 ? setInterval(visible, everySeconds * 1000) : undefined;
    document.addEventListener("visibilitychange", visible);
    addEventListener("online", visible);
    return () => {
      round.current++;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", visible);
      removeEventListener("online", visible);
    };
  }, [again, everySeconds]);

  return kept.key === key ? { value: kept.value, code: kept.code, again } : { value: null, code: null, again };
}
