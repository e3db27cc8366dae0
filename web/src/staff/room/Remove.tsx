/** Asks before somebody is removed: it ends their presence, and they cannot come back by themselves. */
import { Button, Dialog } from "../../ui/index.ts";
import { t } from "../words/index.ts";

export interface Whom {
  readonly member: number;
  readonly alias: string;
}

export function Remove({ whom, onRemove, onClose }: { whom: Whom; onRemove: (member: number) => void; onClose: () => void }) {
  return (
    <Dialog
      title={t("room.remove_title", { name: whom.alias })}
      closeLabel={t("close")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            look="danger"
            icon="remove"
            onClick={() => {
              onRemove(whom.member);
              onClose();
            }}
            data-testid="remove-confirm"
          >
            {t("room.remove_do")}
          </Button>
        </>
      }
    >
      <p>{t("room.remove_why")}</p>
    </Dialog>
  );
}
