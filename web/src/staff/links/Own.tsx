/** The way from the navigation to one's own calendar; the dialog is fetched when somebody asks for it. */
import { useState } from "preact/hooks";
import type { ComponentType } from "preact";

import { Button } from "../../ui/index.ts";
import { t } from "../words/index.ts";

type Shown = ComponentType<{ onClose: () => void }>;

export function OwnCalendar() {
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<{ Shown: Shown } | null>(null);
  const show = async () => {
    setBusy(true);
    try {
      setOpen({ Shown: (await import("./OwnCalendar.tsx")).default });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button look="plain" icon="calendar" busy={busy} onClick={() => void show()} data-testid="own-calendar-open">
        {t("nav.calendar")}
      </Button>
      {open !== null && <open.Shown onClose={() => setOpen(null)} />}
    </>
  );
}
