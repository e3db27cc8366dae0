/**
 * Signing out, without losing a word: what is unsent is sent first, and if that fails, it is a person's decision. What
 * this browser kept for them is wiped then.
 */
import { useState } from "preact/hooks";

import { Button, Dialog } from "../../ui/index.ts";
import { me, signOut } from "../api.ts";
import { openBooks } from "../notes.ts";
import { t as staff } from "../words/index.ts";
import { unsentSessions, wipe } from "./kept.ts";
import { t } from "./words/index.ts";

export function SignOut() {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    const person = me.peek()?.person ?? "";
    await signOut();
    await wipe(person);
    // Whoever signs in next starts with a clean page: nothing that was read or typed stays in memory.
    location.reload();
  };
  const ask = async () => {
    setBusy(true);
    const sent = await Promise.all([...openBooks].map((book) => book.settle()));
    const elsewhere = await unsentSessions(me.peek()?.person ?? "");
    setBusy(false);
    if (sent.every(Boolean) && elsewhere.length === 0) await leave();
    else setAsking(true);
  };
  return (
    <>
      <Button look="plain" icon="leave" busy={busy} onClick={() => void ask()} data-testid="sign-out">
        {staff("sign_out")}
      </Button>
      {asking && (
        <Dialog
          title={t("wipe.title")}
          closeLabel={t("close")}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button look="primary" onClick={() => setAsking(false)}>
                {t("wipe.stay")}
              </Button>
              <Button look="danger" onClick={() => void leave()} data-testid="sign-out-anyway">
                {t("wipe.do")}
              </Button>
            </>
          }
        >
          <p>{t("wipe.why")}</p>
        </Dialog>
      )}
    </>
  );
}
