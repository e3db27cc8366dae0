/** An address that is shown this once, since the server keeps its hash alone; and a question before one is ended. */
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { announce, Button, Dialog } from "../../ui/index.ts";
import { t } from "./words/index.ts";

export function ShownOnce({ title, url, children, onClose }: { title: string; url: string; children: ComponentChildren; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      document.querySelector<HTMLInputElement>("[data-testid=shown-url]")?.select();
      return;
    }
    setCopied(true);
    announce(t("copied"));
  };
  return (
    <Dialog
      title={title}
      closeLabel={t("close")}
      onClose={onClose}
      data-testid="shown"
      footer={
        <Button look="primary" icon={copied ? "check" : "copy"} onClick={() => void copy()} data-testid="shown-copy">
          {copied ? t("copied") : t("copy")}
        </Button>
      }
    >
      <div class="stack">
        {children}
        <input class="input url" readOnly value={url} aria-label={title} onFocus={(event) => event.currentTarget.select()} data-testid="shown-url" />
      </div>
    </Dialog>
  );
}

export interface AskProps {
  title: string;
  act: string;
  busy: boolean;
  children: ComponentChildren;
  onClose: () => void;
  onYes: () => void;
}

export function Ask({ title, act, busy, children, onClose, onYes }: AskProps) {
  return (
    <Dialog
      title={title}
      closeLabel={t("close")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="danger" busy={busy} onClick={onYes} data-testid="ask-yes">
            {act}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
