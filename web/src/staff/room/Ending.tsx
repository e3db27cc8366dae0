/** How a session is ended for everybody: after a good-bye, a longer or a shorter one, or at once. */
import { report } from "../../call/refusal.ts";
import type { Session } from "../../core/session.ts";
import { Button, Dialog } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { t } from "../words/index.ts";
import type { Act } from "./actions.ts";

/** Seconds: for a last word, and for nobody to be cut off in theirs; or for a word of everybody. */
export const GOODBYE = 60;
export const LONGER = 120;

export interface EndingProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: Act;
  readonly onClose: () => void;
}

export function Ending({ session, room, act, onClose }: EndingProps) {
  const clients = room.members.filter((one) => one.role === "client" || one.role === "collateral").length;
  const goodbye = (seconds: number) => {
    onClose();
    void session.use({ do: "goodbye.begin", seconds }).then(report);
  };
  return (
    <Dialog title={t("room.end_title")} closeLabel={t("close")} onClose={onClose} footer={<Button onClick={onClose}>{t("cancel")}</Button>}>
      <div class="stack">
        <p>{t("room.end_who", { n: clients })}</p>
        <div class="ways" role="group" aria-label={t("room.end_when")}>
          <Button look="primary" icon="clock" onClick={() => goodbye(GOODBYE)} data-testid="end-goodbye">
            {t("room.end_goodbye", { n: GOODBYE })}
          </Button>
          <Button icon="clock" onClick={() => goodbye(LONGER)} data-testid="end-goodbye-longer">
            {t("room.end_longer", { n: LONGER / 60 })}
          </Button>
          <Button
            look="danger"
            onClick={() => {
              onClose();
              act(session.command("end", {}));
            }}
            data-testid="end-confirm"
          >
            {t("room.end_do")}
          </Button>
        </div>
        <p>{t("room.end_goodbye_why")}</p>
        <p class="soft">{t("room.end_why")}</p>
      </div>
    </Dialog>
  );
}
