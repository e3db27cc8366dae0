/**
 * What changes in the room, in words for those who follow it by ear. Comings and goings are polite and gathered;
 * whether one's own microphone is live is said at once.
 */
import { effect } from "@preact/signals";
import type { Session } from "../core/session.ts";
import type { State } from "../core/state.ts";
import { t as way } from "../text/client.ts";
import { t } from "./words/index.ts";
import { announce } from "../ui/index.ts";

export function announceChanges(session: Session): () => void {
  let before: State | null = null;
  return effect(() => {
    const now = session.state.value;
    if (before) compare(before, now);
    else if (now.room?.you.apart === "") {
      const { microphone, camera } = now.wanted;
      announce([way("waiting_admitted"), t(microphone ? "say_mic_on" : "say_mic_off"), t(camera ? "say_camera_on" : "say_camera_off")].join(" "));
    }
    before = now;
  });
}

function listed(who: readonly { readonly alias: string }[]): string {
  return new Intl.ListFormat(document.documentElement.lang).format(who.map((one) => one.alias));
}

function compare(before: State, now: State): void {
  if (before.link !== "up" && now.link === "up" && before.room) announce(t("say_back"));
  if (before.wanted.microphone !== now.wanted.microphone && !now.mutedByHost) {
    announce(t(now.wanted.microphone ? "say_mic_on" : "say_mic_off"), "assertive");
  }
  if (before.wanted.camera !== now.wanted.camera) announce(t(now.wanted.camera ? "say_camera_on" : "say_camera_off"));
  if (!before.room || !now.room || before.room === now.room) return;
  if ((before.room.break_since === null) !== (now.room.break_since === null)) {
    announce(t(now.room.break_since === null ? "say_break_over" : "say_break"));
  }
  if (before.room.you.apart !== now.room.you.apart) {
    // Everybody else comes or goes by it, and nobody has left. Pages of their own speak for themselves.
    if (now.room.you.apart === "aside") announce(t("say_aside"));
    else if (now.room.you.apart === "") announce(t(before.room.you.apart === "moment" ? "moment_not" : "say_group"));
    return;
  }
  const parted = now.room.breakouts !== null;
  if (before.room.you.breakout !== now.room.you.breakout || (before.room.breakouts !== null) !== parted) {
    const others = now.room.members.filter((one) => !one.you && one.near);
    const at = now.room.you.breakout;
    if (!parted) announce(t("say_together"));
    else if (at === 0) announce(t("say_parted"));
    else announce(t(others.length ? "say_room" : "say_room_alone", { room: at, names: listed(others) }));
    return;
  }
  // While one voice leads an exercise, who comes and goes is said to those who run the room, and to nobody else.
  if (now.room.quiet === "guided" && !now.room.you.may.includes("quiet")) return;
  const was = new Map(before.room.members.map((one) => [one.member, one]));
  const is = new Map(now.room.members.map((one) => [one.member, one]));
  const come = now.room.members.filter((one) => !one.you && !was.has(one.member));
  const gone = before.room.members.filter((one) => !one.you && !is.has(one.member));
  if (come.length) announce(t("say_joined", { names: listed(come) }));
  if (gone.length) announce(t("say_left", { names: listed(gone) }));
  for (const one of now.room.members) {
    if (!one.you && one.hand !== null && was.get(one.member)?.hand === null) announce(t("say_hand", { name: one.alias }));
  }
}
