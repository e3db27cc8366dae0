/** The sheet for tonight: everybody's crisis card on paper, for when the screens are dark. */
import { useState } from "preact/hooks";

import { announce, Button, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { save } from "../save.ts";
import { sentence, t } from "../words/index.ts";
import { tonight } from "./door.ts";

export function TonightButton({ session }: { session: string }) {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const print = async () => {
    setBusy(true);
    setCode(null);
    try {
      save(await tonight(session), "tonight.pdf");
      announce(t("paper.saved"));
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon="download" busy={busy} onClick={() => void print()} data-testid="print-tonight">
        {t("room.tonight")}
      </Button>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
    </>
  );
}
