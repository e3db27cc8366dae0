/** A button that fetches a paper and saves it, and says what stood in the way. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { announce, Button, Notice } from "../ui/index.ts";
import { codeOf } from "./api.ts";
import { save } from "./save.ts";
import { sentence, t } from "./words/index.ts";

export interface PrintButtonProps {
  readonly paper: () => Promise<Blob>;
  /** Of the file. */
  readonly name: string;
  readonly testid: string;
  readonly children: ComponentChildren;
}

export function PrintButton({ paper, name, testid, children }: PrintButtonProps) {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const print = async () => {
    setBusy(true);
    setCode(null);
    try {
      save(await paper(), name);
      announce(t("paper.saved"));
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon="download" busy={busy} onClick={() => void print()} data-testid={testid}>
        {children}
      </Button>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
    </>
  );
}
