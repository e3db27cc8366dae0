/** Asks before the lead is handed over. */
import { Button, Dialog } from "../../../ui/index.ts";
import { t as word } from "../../words/index.ts";
import { t } from "./words/index.ts";

export interface To {
  readonly member: number;
  readonly alias: string;
}

export function HandOver({ to, onHandOver, onClose }: { to: To; onHandOver: (member: number) => void; onClose: () => void }) {
  return (
    <Dialog
      title={t("hand_over_title", { name: to.alias })}
      closeLabel={word("close")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{word("cancel")}</Button>
          <Button
            look="primary"
            onClick={() => {
              onHandOver(to.member);
              onClose();
            }}
            data-testid="hand-over-confirm"
          >
            {t("hand_over_do")}
          </Button>
        </>
      }
    >
      <p>{t("hand_over_why")}</p>
    </Dialog>
  );
}
