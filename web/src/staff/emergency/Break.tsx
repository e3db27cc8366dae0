/** Breaking the glass: whose notes, why, for how long. Opens the notes at once. */
import { useEffect, useState } from "preact/hooks";

import { Button, Dialog, Field, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { linkTo } from "../route.ts";
import { sentence, t as staff } from "../words/index.ts";
import { find, open } from "./door.ts";
import type { FoundClient } from "./door.ts";
import { t } from "./words/index.ts";

const LEAST = 3;
const LEAST_REASON = 10;
const PAUSE = 300;
const LENGTHS = [15, 30, 60, 120, 240];

export function Break({ most, close, client }: { most: number; close: () => void; client?: FoundClient }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly FoundClient[] | null>(client === undefined ? null : [client]);
  const [chosen, setChosen] = useState(client?.id ?? "");
  const [reason, setReason] = useState("");
  const lengths = [...LENGTHS.filter((one) => one < most), most];
  const [minutes, setMinutes] = useState(Math.min(30, most));
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);

  useEffect(() => {
    if (text.trim().length < LEAST) return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      find(text.trim()).then(
        (clients) => {
          if (!wanted) return;
          setFound(clients);
          setChosen(clients.length === 1 ? (clients[0]?.id ?? "") : "");
        },
        (error: unknown) => wanted && setCode(codeOf(error)),
      );
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [text]);

  const short = reason.trim().length < LEAST_REASON;
  const go = async () => {
    setAsked(true);
    if (chosen === "" || short) return;
    setBusy(true);
    setCode(null);
    try {
      const opening = await open(chosen, reason, minutes);
      close();
      location.hash = linkTo("emergency", opening.id);
    } catch (error) {
      setCode(codeOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("break")}
      closeLabel={staff("close")}
      onClose={close}
      data-testid="break-dialog"
      footer={
        <>
          <Button onClick={close}>{staff("cancel")}</Button>
          <Button look="danger" icon="unlock" busy={busy} onClick={() => void go()} data-testid="break-do">
            {t("break.do")}
          </Button>
        </>
      }
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <Notice tone="warn">{t("break.why")}</Notice>
        {code !== null && (
          <Notice tone="bad" role="alert">
            {sentence(code)}
          </Notice>
        )}
        {client === undefined && (
          <Field
            label={t("client")}
            hint={t("client.hint")}
            autocomplete="off"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            error={asked && chosen === "" ? t("client.missing") : undefined}
            data-testid="break-client"
          />
        )}
        {found !== null && (
          <fieldset class="stack tight" aria-live="polite">
            <legend class="small">{found.length === 0 ? t("client.nobody") : t("client.which")}</legend>
            {found.map((one) => (
              <label key={one.id} class="check">
                <input type="radio" name="client" value={one.id} checked={chosen === one.id} onChange={() => setChosen(one.id)} data-testid={`break-${one.id}`} />
                <span>
                  {one.legal_name} {one.alias !== "" && <span class="soft">{one.alias}</span>}
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <Field
          kind="area"
          label={t("reason")}
          hint={t("reason.hint")}
          maxLength={1000}
          value={reason}
          error={asked && short ? t("reason.short") : undefined}
          onInput={(event) => setReason(event.currentTarget.value)}
          data-testid="break-reason"
        />
        <Field kind="select" label={t("length")} value={String(minutes)} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
          {lengths.map((one) => (
            <option key={one} value={String(one)}>
              {t("minutes", { n: one })}
            </option>
          ))}
        </Field>
      </form>
    </Dialog>
  );
}
