/** The first screen: what will happen, and the click that a mail scanner does not make. */
import { useState } from "preact/hooks";
import { Screen } from "../call/Screen.tsx";
import { t } from "../text/client.ts";
import { Button, Notice } from "../ui/index.ts";
import type { Arrival } from "./arrival.ts";

const WORDS = { offline: "hello_offline", too_many: "hello_busy", not_now: "hello_not_now" } as const;

export function Hello({ arrival }: { arrival: Arrival }) {
  const [busy, setBusy] = useState(false);
  const trouble = arrival.trouble.value;
  return (
    <Screen title={t("hello_title")} lead={t("hello_lead")}>
      <div class="stack">
        <p>{t("hello_steps")}</p>
        <p>{t("hello_private")}</p>
      </div>
      {trouble && (
        <Notice tone="warn" role="alert">
          {t(WORDS[trouble])}
        </Notice>
      )}
      <Button
        look="primary"
        size="large"
        data-testid="join-begin"
        busy={busy}
        onClick={async () => {
          setBusy(true);
          await arrival.begin();
          setBusy(false);
        }}
      >
        {t("hello_begin")}
      </Button>
    </Screen>
  );
}
