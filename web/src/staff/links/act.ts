/** One thing at a time that somebody asks for: whether it is under way, and the code of what went wrong. */
import { useState } from "preact/hooks";

import { codeOf } from "../api.ts";

export interface Act {
  readonly busy: boolean;
  readonly code: string | null;
  readonly run: (work: () => Promise<void>) => void;
}

export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    setCode(null);
    work()
      .catch((error: unknown) => setCode(codeOf(error)))
      .finally(() => setBusy(false));
  };
  return { busy, code, run };
}
