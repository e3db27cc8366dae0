/**
 * What a host does with the whole room: few buttons, and the rest in one menu. Alt+Shift with a letter does the same for
 * whoever keeps their hands on the keyboard; never a letter alone, which a dictation or a braille keyboard sends (WCAG 2.1.4).
 */
import { useEffect, useState } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import { IconButton, Menu, type MenuItem } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { me } from "../api.ts";
import { t } from "../words/index.ts";
import { breakoutsItem } from "./Breakouts.tsx";
import { Ending } from "./Ending.tsx";
import { useFill } from "./Fill.tsx";
import { HandOver, type To } from "./order/HandOver.tsx";
import { callOn, Keeping } from "./order/Keeping.tsx";
import { leading, queue } from "./order/queue.ts";
import { t as order } from "./order/words/index.ts";

export interface HostProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: (asked: Promise<Answer>) => void;
}

export function Host({ session, room, act }: HostProps) {
  const [ending, setEnding] = useState(false);
  const [handing, setHanding] = useState<To | null>(null);
  const may = new Set(room.you.may);
  const mute = () => act(session.command("mute", {}));
  const hush = () => act(session.command("quiet", { mode: room.quiet === "" ? "quiet" : "" }));
  useShortcuts({
    KeyM: may.has("mute_others") ? mute : null,
    KeyQ: may.has("quiet") ? hush : null,
    KeyN: may.has("call_on") ? () => callOn(session, room, act) : null,
  });
  const fill = useFill(me.value?.demo === true && room.kind === "group_therapy", act);
  const more = [...rest({ session, room, act }, setHanding), ...fill];
  return (
    <>
      <div class="host" role="group" aria-label={t("room.host")}>
        {may.has("mute_others") && (
          <IconButton
            icon="micOff"
            label={t("room.mute_all")}
            caption={t("room.mute_all_short")}
            onClick={mute}
            aria-keyshortcuts="Alt+Shift+M"
            data-testid="mute-all"
          />
        )}
        {may.has("quiet") && (
          <IconButton
            icon="moon"
            label={order("quiet")}
            caption={order("quiet_short")}
            pressed={room.quiet !== ""}
            tone={room.quiet !== "" ? "on" : undefined}
            onClick={hush}
            aria-keyshortcuts="Alt+Shift+Q"
            data-testid="quiet"
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
        {may.has("lock") && room.locked && (
          <IconButton
            icon="lock"
            label={t("room.lock")}
            caption={t("room.lock_short")}
            pressed
            tone="off"
            onClick={() => act(session.command("lock", { locked: false }))}
            data-testid="locked"
          />
        )}
        {may.has("end") && (
          <IconButton icon="close" label={t("room.end")} caption={t("room.end_short")} onClick={() => setEnding(true)} data-testid="end" />
        )}
        {more.length > 0 && <Menu label={order("more")} caption={order("more_short")} items={more} data-testid="host-more" />}
      </div>
      <Keeping session={session} room={room} act={act} />
      {ending && <Ending session={session} room={room} act={act} onClose={() => setEnding(false)} />}
      {handing !== null && (
        <HandOver to={handing} onHandOver={(member) => act(session.command("lead", { member }))} onClose={() => setHanding(null)} />
      )}
    </>
  );
}

/** What is not wanted every minute. */
function rest({ session, room, act }: HostProps, onHandOver: (to: To) => void): MenuItem[] {
  const may = new Set(room.you.may);
  const items: MenuItem[] = [];
  const breakouts = may.has("breakouts") ? breakoutsItem(room) : null;
  if (breakouts !== null) items.push(breakouts);
  if (may.has("lock")) {
    items.push({
      label: room.locked ? order("unlock") : t("room.lock"),
      icon: room.locked ? "unlock" : "lock",
      testid: "lock",
      act: () => act(session.command("lock", { locked: !room.locked })),
    });
  }
  if (may.has("tools") && may.has("see_legal_names")) {
    items.push({ label: order("all_still"), icon: "care", testid: "still-all", act: () => act(session.use({ do: "presence.ask" })) });
  }
  if (may.has("call_on") && queue(room).length > 1) {
    items.push({ label: order("lower_all"), icon: "hand", testid: "lower-all", act: () => act(session.command("lower_hands", {})) });
  }
  if (may.has("spotlight") && room.spotlight !== null) {
    items.push({
      label: order("spotlight_off"),
      icon: "people",
      testid: "spotlight-off",
      act: () => act(session.command("spotlight", { member: null })),
    });
  }
  if (may.has("lead") && leading(room).some((one) => one.you)) {
    for (const { member, alias } of room.members.filter((one) => one.role === "cofacilitator" && one.member !== room.lead && !one.you)) {
      items.push({ label: order("hand_over", { name: alias }), icon: "key", testid: `lead-${member}`, act: () => onHandOver({ member, alias }) });
    }
  }
  return items;
}

function useShortcuts(keys: Readonly<Record<string, (() => void) | null>>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const does = event.altKey && event.shiftKey && !event.ctrlKey && !event.metaKey && !event.repeat && keys[event.code];
      if (!does) return;
      event.preventDefault();
      does();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
}
