/** Papers of attendance: the sheet of a session, and a letter about one client to somebody whom their consent names. */
import { useState } from "preact/hooks";

import { announce, Button, Dialog, Field, Notice } from "../ui/index.ts";
import { codeOf, letter, letterChoices, sheet } from "./api.ts";
import type { Day } from "./days.ts";
import { useLoad } from "./load.ts";
import { PrintButton } from "./PrintButton.tsx";
import { save } from "./save.ts";
import { Failed } from "./State.tsx";
import { sentence, t } from "./words/index.ts";

export function SheetButton({ session }: { session: string }) {
  return (
    <PrintButton paper={() => sheet(session)} name="attendance-sheet.pdf" testid="print-sheet">
      {t("paper.sheet")}
    </PrintButton>
  );
}

export interface LetterProps {
  readonly client: string;
  readonly name: string;
  readonly from: Day;
  readonly to: Day;
}

export function LetterButton(props: LetterProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="note" onClick={() => setOpen(true)} data-testid="letter-open">
        {t("paper.letter")}
      </Button>
      {open && <Letter {...props} close={() => setOpen(false)} />}
    </>
  );
}

function Letter({ client, name, close, ...days }: LetterProps & { readonly close: () => void }) {
  const loaded = useLoad(`letters ${client}`, () => letterChoices(client));
  const [chosen, setChosen] = useState(0);
  const [from, setFrom] = useState(days.from);
  const [to, setTo] = useState(days.to);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const choice = loaded.value?.[chosen];
  const backwards = from > to;

  const write = async () => {
    if (choice === undefined || backwards) return;
    setBusy(true);
    setCode(null);
    try {
      save(await letter(client, from, to, choice), "attendance-letter.pdf");
      announce(t("paper.saved"));
      close();
    } catch (error) {
      setCode(codeOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("paper.letter_title", { name })}
      closeLabel={t("close")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          {choice !== undefined && (
            <Button look="primary" busy={busy} onClick={() => void write()} data-testid="letter-do">
              {t("paper.letter_do")}
            </Button>
          )}
        </>
      }
    >
      <div class="stack">
        <Failed loaded={loaded} />
        {code !== null && (
          <Notice tone="bad" role="alert">
            {code === "not_allowed" ? t("paper.no_basis") : sentence(code)}
          </Notice>
        )}
        {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
        {loaded.value?.length === 0 && (
          <Notice tone="warn" data-testid="no-consent">
            <p>{t("paper.no_consent")}</p>
          </Notice>
        )}
        {loaded.value !== null && loaded.value.length > 0 && (
          <>
            <p>{t("paper.letter_why")}</p>
            <Field kind="select" label={t("paper.for")} value={String(chosen)} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
              {loaded.value.map((one, n) => (
                <option key={`${one.recipient} ${one.purpose}`} value={String(n)}>
                  {t("paper.choice", { recipient: one.recipient, purpose: one.purpose })}
                </option>
              ))}
            </Field>
            <Field label={t("attendance.from")} type="date" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
            <Field
              label={t("attendance.to")}
              type="date"
              value={to}
              error={backwards ? t("attendance.backwards") : undefined}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
          </>
        )}
      </div>
    </Dialog>
  );
}
