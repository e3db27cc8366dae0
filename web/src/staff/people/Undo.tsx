/** What was just done, and a button that takes it back. It stays until something else is done or somebody closes it. */
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";

import { announce, Button, IconButton, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { sentence } from "../words/index.ts";
import { t } from "./words/index.ts";

interface Done {
  readonly what: string;
  readonly undo: () => Promise<void>;
}

const done = signal<Done | null>(null);

export function undoable(what: string, undo: () => Promise<void>): void {
  done.value = { what, undo };
}

export function forget(): void {
  done.value = null;
}

export function Undo() {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const now = done.value;
  if (now === null) return null;
  const back = async () => {
    setBusy(true);
    try {
      await now.undo();
      announce(t("undone"));
      setCode(null);
      forget();
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Notice
      role="status"
      tone={code === null ? "good" : "warn"}
      action={
        <span class="row tight">
          <Button look="plain" busy={busy} onClick={() => void back()} data-testid="undo">
            {t("undo")}
          </Button>
          <IconButton icon="close" label={t("close")} onClick={forget} />
        </span>
      }
    >
      <p>{code === null ? now.what : sentence(code)}</p>
    </Notice>
  );
}
