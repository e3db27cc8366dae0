/**
 * What has to be said about the session as a whole, above its pictures: the connection, a break, one's own microphone.
 *
 * A banner with a `role` is spoken when it appears. The break's has none: that it begins and that it ends are both said
 * by announcements.ts, and whoever comes in meanwhile reads it here.
 */
import { useEffect, useState } from "preact/hooks";
import type { Session } from "../core/session.ts";
import type { RoomView } from "../wire.ts";
import { when } from "../text/catalogue.ts";
import { Button, IconButton, Notice } from "../ui/index.ts";
import { DeviceNews } from "./DeviceNews.tsx";
import { refusal, report } from "./refusal.ts";
import { t } from "./words/index.ts";

export function Banners({ session }: { session: Session }) {
  const [read, setRead] = useState(false);
  const [knows, setKnows] = useState(false);
  const { link, media, detour, mutedByHost, room, wanted, slots } = session.state.value;
  const resting = slots?.slots.find((slot) => slot.paused)?.paused;
  useEffect(() => setRead(false), [mutedByHost]);
  return (
    <div class="banners">
      {link !== "up" && (
        <Notice tone="warn" role="status" data-testid="reconnecting">
          {t("call_reconnecting")}
        </Notice>
      )}
      {link === "up" && media === "down" && (
        <Notice tone="warn" role="status">
          {t("call_media_down")}
        </Notice>
      )}
      {link === "up" && media === "up" && detour && !knows && (
        <Notice
          tone="plain"
          role="status"
          data-testid="detour"
          action={<IconButton icon="close" label={t("close")} onClick={() => setKnows(true)} />}
        >
          {t("call_detour")}
        </Notice>
      )}
      {resting && (
        <Notice tone="plain" role="status" data-testid="paused">
          {t(resting === "saving" ? "call_paused_saving" : "call_paused_network")}
        </Notice>
      )}
      {room && room.break_since !== null && (
        <Notice icon="pause" data-testid="on-break">
          {t(room.you.may.includes("break") ? "call_break_mine" : "call_break", {
            time: when(room.break_since, { hour: "numeric", minute: "2-digit" }),
          })}
        </Notice>
      )}
      {room?.you.apart === "aside" && (
        <Notice
          icon="door"
          role="status"
          data-testid="aside"
          action={
            <Button data-testid="aside-back" onClick={() => void session.command("aside", { members: backWith(room), on: false }).then(report)}>
              {t("call_aside_back")}
            </Button>
          }
        >
          {company(room)}
        </Notice>
      )}
      <DeviceNews devices={session.devices} wanted={wanted} />
      {mutedByHost && !read && (
        <Notice
          tone="plain"
          icon="micOff"
          role="alert"
          data-testid="muted-by-host"
          action={<IconButton icon="close" label={t("close")} onClick={() => setRead(true)} />}
        >
          {t("call_muted_by_host")}
        </Notice>
      )}
      {wanted.screen && (
        <Notice
          icon="screen"
          role="status"
          action={
            <Button look="plain" onClick={() => void session.want({ screen: false })}>
              {t("call_sharing_stop")}
            </Button>
          }
        >
          {t("call_sharing")}
        </Notice>
      )}
      {refusal.value && (
        <Notice tone="bad" role="alert">
          {refusal.value}
        </Notice>
      )}
    </div>
  );
}

function company(room: RoomView): string {
  const others = room.members.filter((one) => one.near && !one.you).map((one) => one.alias);
  const names = new Intl.ListFormat(document.documentElement.lang).format(others);
  return others.length > 0 ? t("call_aside", { names }) : t("call_aside_alone");
}

/** A host brings everybody back who is there; anybody else, themself. */
function backWith(room: RoomView): number[] {
  const host = room.you.may.includes("side_room");
  return room.members.filter((one) => one.you || (host && one.near)).map((one) => one.member);
}
