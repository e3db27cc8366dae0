/** What a host does with the whole room: mute everybody, close the door, hold a break, end the session. */
import { useState } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import { IconButton } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { me } from "../api.ts";
import { t } from "../words/index.ts";
import { Ending } from "./Ending.tsx";
import { Fill } from "./Fill.tsx";

export function Host({ session, room, act }: { session: Session; room: RoomView; act: (asked: Promise<Answer>) => void }) {
  const [ending, setEnding] = useState(false);
  const may = new Set(room.you.may);
  return (
    <div class="host" role="group" aria-label={t("room.host")}>
      {may.has("mute_others") && (
        <IconButton
          icon="micOff"
          label={t("room.mute_all")}
          caption={t("room.mute_all_short")}
          onClick={() => act(session.command("mute", {}))}
          data-testid="mute-all"
        />
      )}
      {may.has("lock") && (
        <IconButton
          icon={room.locked ? "lock" : "unlock"}
          label={t("room.lock")}
          caption={t("room.lock_short")}
          pressed={room.locked}
          tone={room.locked ? "off" : undefined}
          onClick={() => act(session.command("lock", { locked: !room.locked }))}
          data-testid="lock"
        />
      )}
      {may.has("break") && (
        <IconButton
          icon="pause"
          label={t("room.break")}
          caption={t("room.break_short")}
          pressed={room.break_since !== null}
          tone={room.break_since !== null ? "on" : undefined}
          onClick={() => act(session.command("break", { on: room.break_since === null }))}
          data-testid="break"
        />
      )}
      {may.has("end") && (
        <IconButton
          icon="close"
          label={t("room.end")}
          caption={t("room.end_short")}
          onClick={() => setEnding(true)}
          data-testid="end"
        />
      )}
      {me.value?.demo && room.kind === "group_therapy" && <Fill act={act} />}
      {ending && <Ending session={session} room={room} act={act} onClose={() => setEnding(false)} />}
    </div>
  );
}
