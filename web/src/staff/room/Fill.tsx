/** In a demo only: simulated participants for everybody of the group who is not there, and away with them. */
import { useEffect, useState } from "preact/hooks";

import type { Answer } from "../../core/session.ts";
import type { MenuItem } from "../../ui/index.ts";
import type { RefusalCode } from "../../wire.ts";
import { codeOf, sendAway, simulate, simulated } from "../api.ts";
import { t } from "../words/index.ts";

/** The item for it; none while it is being done, and where there is no demo. */
export function useFill(demo: boolean, act: (asked: Promise<Answer>) => void): MenuItem[] {
  const [count, setCount] = useState(0);
  const [busy, setBusy] = useState(true);

  async function ask(asked: Promise<number>): Promise<void> {
    setBusy(true);
    try {
      setCount(await asked);
    } catch (error) {
      act(Promise.resolve({ ok: false, code: codeOf(error) as RefusalCode }));
    }
    setBusy(false);
  }

  useEffect(() => {
    if (demo) void ask(simulated());
  }, [demo]);
  if (!demo || busy) return [];
  return [
    {
      label: t(count > 0 ? "room.fill_away" : "room.fill"),
      icon: "people",
      testid: "fill",
      act: () => void ask(count > 0 ? sendAway() : simulate()),
    },
  ];
}
