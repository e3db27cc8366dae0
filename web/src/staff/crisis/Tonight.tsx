/** The sheet for tonight: everybody's crisis card on paper, for when the screens are dark. */
import { PrintButton } from "../PrintButton.tsx";
import { t } from "../words/index.ts";
import { tonight } from "./door.ts";

export function TonightButton({ session }: { session: string }) {
  return (
    <PrintButton paper={() => tonight(session)} name="tonight.pdf" testid="print-tonight">
      {t("room.tonight")}
    </PrintButton>
  );
}
