/** How a session is ended for everybody: after a good-bye, or at once. */
import { report } from "../../call/refusal.ts";
import type { Session } from "../../core/session.ts";
import { Button, Dialog } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { t } from "../words/index.ts";
import type { Act } from "./actions.ts";

/** Seconds: for a last word, and for nobody to be cut off in theirs. */
export const GOODBYE = 60;

export interface EndingProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: Act;
  readonly onClose: () => void;
}

export function Ending({ session, room, act, onClose }: EndingProps) {
  const clients = room.members.filter((one) => one.role === "client" || one.role === "collateral").length;
  return (
    <Dialog
      title={t("room.end_title")}
      closeLabel={t("close")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            onClick={() => {
              onClose();
              act(session.command("end", {}));
            }}
            data-testid="end-confirm"
          >
            {t("room.end_do")}
          </Button>
          <Button
            look="primary"
            icon="clock"
            onClick={() => {
              onClose();
              void session.use({ do: "goodbye.begin", seconds: GOODBYE }).then(report);
            }}
            data-testid="end-goodbye"
          >
            {t("room.end_goodbye", { n: GOODBYE })}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>{t("room.end_who", { n: clients })}</p>
        <p>{t("room.end_goodbye_why")}</p>
        <p class="soft">{t("room.end_why")}</p>
      </div>
    </Dialog>
  );
}
