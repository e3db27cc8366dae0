/** Somebody waits of whom no consent is on file: a host asks them to sign, or lets them in and says why. It is recorded. */
import { useState } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import { Button, Dialog } from "../../ui/index.ts";
import type { AtTheDoor, Waive } from "../../wire.ts";
import { t } from "../words/index.ts";

type Reason = Waive["reason"];
const REASONS: readonly Reason[] = ["spoken", "paper", "urgent"];

/** The reason is in the record before anybody is seated by it. */
export async function admitAllTheSame(session: Session, member: number, reason: Reason): Promise<Answer> {
  const waived = await session.command("waive", { member, reason });
  return waived.ok ? session.command("admit", { members: [member] }) : waived;
}

export interface WithoutConsentProps {
  readonly whom: AtTheDoor;
  readonly onClose: () => void;
  readonly onAdmit: (reason: Reason) => void;
  /** They may have signed since they came: ask the server again. */
  readonly onTry: () => void;
}

export function WithoutConsent({ whom, onClose, onAdmit, onTry }: WithoutConsentProps) {
  const [reason, setReason] = useState<Reason>("spoken");
  return (
    <Dialog
      title={t("room.consent_title", { name: whom.alias })}
      closeLabel={t("close")}
      onClose={onClose}
      data-testid="without-consent"
      footer={
        <>
          <Button onClick={onTry} data-testid="consent-try">
            {t("room.consent_try")}
          </Button>
          <Button look="primary" onClick={() => onAdmit(reason)} data-testid="consent-admit">
            {t("room.consent_admit")}
          </Button>
        </>
      }
    >
      <p>{t("room.consent_what")}</p>
      <fieldset class="stack tight">
        <legend class="legend">{t("room.consent_why")}</legend>
        {REASONS.map((one) => (
          <label key={one} class="check">
            <input type="radio" name="reason" value={one} checked={reason === one} onChange={() => setReason(one)} />
            <span>{t(`room.consent_${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <p class="soft small">{t("room.consent_recorded")}</p>
    </Dialog>
  );
}
