/** In a demo only: simulated participants for everybody of the group who is not there, and away with them. */
import { useEffect, useState } from "preact/hooks";

import type { Answer } from "../../core/session.ts";
import { IconButton } from "../../ui/index.ts";
import type { RefusalCode } from "../../wire.ts";
import { codeOf, sendAway, simulate, simulated } from "../api.ts";
import { t } from "../words/index.ts";

export function Fill({ act }: { act: (asked: Promise<Answer>) => void }) {
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

  useEffect(() => void ask(simulated()), []);
  return (
    <IconButton
      icon="people"
      label={t("room.fill")}
      caption={t("room.fill_short")}
      pressed={count > 0}
      tone={count > 0 ? "on" : undefined}
      disabled={busy}
      onClick={() => void ask(count > 0 ? sendAway() : simulate())}
      data-testid="fill"
    />
  );
}
