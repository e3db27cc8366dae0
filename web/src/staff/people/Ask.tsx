/** A dialog that asks for something and sends it. What the server refuses is said in it, and nothing typed is lost. */
import { useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { Button, Dialog, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { sentence } from "../words/index.ts";
import { pointAt } from "./ClientForm.tsx";
import { wrongFields } from "./door.ts";
import { fault, t } from "./words/index.ts";

export interface AskProps {
  readonly title: string;
  readonly action: string;
  readonly close: () => void;
  readonly send: () => Promise<void>;
  /** What is missing before it can be sent. */
  readonly missing?: readonly string[];
  readonly children: (error: (field: string) => string | undefined) => ComponentChildren;
}

export function Ask({ title, action, close, send, missing = [], children }: AskProps) {
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const attempt = async () => {
    setWrong(missing);
    setCode(null);
    if (missing.length > 0) return pointAt(form.current);
    setBusy(true);
    try {
      await send();
    } catch (failure) {
      setWrong(wrongFields(failure));
      setCode(codeOf(failure));
      setBusy(false);
      pointAt(form.current);
    }
    return undefined;
  };
  const said = code === null ? null : code === "stale" ? t("form.stale") : wrong.length > 0 ? fault(wrong[0] ?? "") : sentence(code);
  return (
    <Dialog
      title={title}
      closeLabel={t("close")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{t("form.cancel")}</Button>
          <Button look="primary" busy={busy} onClick={() => void attempt()} data-testid="ask-do">
            {action}
          </Button>
        </>
      }
    >
      <form
        class="stack"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void attempt();
        }}
      >
        {said !== null && (
          <Notice tone="bad" role="alert">
            <p>{said}</p>
          </Notice>
        )}
        {children((field) => (wrong.includes(field) ? fault(field) : undefined))}
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
