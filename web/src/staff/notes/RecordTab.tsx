/** A client's record of some days as a PDF: attendance, then the signed notes in order; in house, or under a basis. */
import { useState } from "preact/hooks";

import { announce, Button, Field, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { addDays, dayOf, ownZone } from "../days.ts";
import { save } from "../save.ts";
import { sentence, t as staff } from "../words/index.ts";
import { may } from "./door.ts";
import { recordPdf } from "./printing.ts";
import { t } from "./words/index.ts";

const PURPOSES = ["treatment", "payment", "operations", "audit", "court"] as const;
const RECIPIENT = /^[a-z0-9][a-z0-9-]{0,62}$/;

export default function RecordTab({ client }: { client: string }) {
  const today = dayOf(Date.now(), ownZone());
  const [from, setFrom] = useState(addDays(today, -89));
  const [to, setTo] = useState(today);
  const [outside, setOutside] = useState(false);
  const [recipient, setRecipient] = useState("");
  const [purpose, setPurpose] = useState<string>(PURPOSES[0]);
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const backwards = from > to;
  const wrong = outside && !RECIPIENT.test(recipient);
  const print = async () => {
    setAsked(true);
    if (backwards || wrong) return;
    setBusy(true);
    setCode(null);
    try {
      save(await recordPdf(client, from, to, outside ? { recipient, purpose } : {}), "client-record.pdf");
      announce(staff("paper.saved"));
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="card stack" aria-labelledby="record-title">
      <h2 id="record-title">{t("record.title")}</h2>
      <p class="soft">{t("record.what")}</p>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {code === "not_allowed" ? t("record.no_basis") : sentence(code)}
        </Notice>
      )}
      <div class="row range">
        <Field label={staff("attendance.from")} type="date" value={from} onChange={(event) => event.currentTarget.value && setFrom(event.currentTarget.value)} />
        <Field
          label={staff("attendance.to")}
          type="date"
          value={to}
          error={backwards ? staff("attendance.backwards") : undefined}
          onChange={(event) => event.currentTarget.value && setTo(event.currentTarget.value)}
        />
        {may("letter") && (
          <Field kind="select" label={t("record.goes")} value={outside ? "outside" : "within"} onChange={(event) => setOutside(event.currentTarget.value === "outside")} data-testid="record-goes">
            <option value="within">{t("record.within")}</option>
            <option value="outside">{t("record.outside")}</option>
          </Field>
        )}
      </div>
      {outside && (
        <div class="row range">
          <Field
            label={t("record.recipient")}
            hint={t("record.recipient_hint")}
            value={recipient}
            error={asked && wrong ? t("record.recipient_wrong") : undefined}
            onInput={(event) => setRecipient(event.currentTarget.value)}
          />
          <Field kind="select" label={t("record.purpose")} value={purpose} onChange={(event) => setPurpose(event.currentTarget.value)}>
            {PURPOSES.map((one) => (
              <option key={one} value={one}>
                {t(`purpose.${one}`)}
              </option>
            ))}
          </Field>
        </div>
      )}
      <div>
        <Button look="primary" icon="download" busy={busy} onClick={() => void print()} data-testid="print-record">
          {t("record.print")}
        </Button>
      </div>
    </section>
  );
}
