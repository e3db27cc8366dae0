/** What is counted for everybody, in one line at the top: the session, a break, a timer. */
import type { Session } from "../../core/session.ts";
import { Icon } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { duration } from "../days.ts";
import { clock } from "../words/index.ts";
import { second } from "./second.ts";
import { t } from "./words/index.ts";

export function Clocks({ session, room }: { session: Session; room: RoomView }) {
  const told = session.state.value.tools["timer"]?.seen;
  const timer = told?.tool === "timer" && told.open ? told : null;
  if (room.began === null && room.break_since === null && timer === null) return null;
  return (
    <p class="clocks small" data-testid="clocks">
      {room.began !== null && (
        <span>
          <Icon name="clock" />
          <Since at={room.began} /> / {duration(room.ends - room.starts).replace(/:\d\d$/, "")}
        </span>
      )}
      {room.break_since !== null && (
        <span>
          <Icon name="pause" />
          {t("timer_break", { time: clock(room.break_since) })} · <Since at={room.break_since} />
        </span>
      )}
      {timer !== null && (
        <span>
          <Icon name="clock" />
          <Until at={timer.ends} />
        </span>
      )}
    </p>
  );
}

function Since({ at }: { at: number }) {
  return <>{duration(second.value - at)}</>;
}

function Until({ at }: { at: number }) {
  return <>{t("timer_left", { time: duration(at - second.value) })}</>;
}
