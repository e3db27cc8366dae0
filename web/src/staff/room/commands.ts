/** The commands of the palette that concern one person or a panel. Those of the bars it finds by itself. */
import type { Session } from "../../core/session.ts";
import type { MenuItem } from "../../ui/index.ts";
import type { Participant, RoomView } from "../../wire.ts";
import type { Sendings } from "../api.ts";
import { t as room_word } from "../words/index.ts";
import type { Act, Whose } from "./actions.ts";
import type { Cockpit } from "./cockpit.ts";
import { shown as keys } from "./keys.ts";
import { stepsOf } from "./Late.tsx";
import type { Steps } from "./Late.tsx";
import type { Command } from "./palette.ts";
import type { Whom } from "./Remove.tsx";
import { t } from "./words/index.ts";

export interface Means {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: Act;
  readonly actions: (one: Participant) => MenuItem[];
  readonly steps: Steps;
  readonly shown: Cockpit | null;
  readonly written: Sendings | null;
  readonly show: (which: "people" | "inbox" | "notes", on: boolean) => void;
  readonly open: Readonly<Record<"people" | "inbox" | "notes", boolean>>;
  readonly mayAdmit: boolean;
  readonly onRemove: (whom: Whom) => void;
  readonly onSafety: (whose: Whose) => void;
}

export function commandsFor({ session, room, act, actions, steps, shown, written, mayAdmit, onRemove, onSafety }: Means): Command[] {
  const may = new Set(room.you.may);
  const found: Command[] = [];
  const ready = room.waiting.filter((one) => !one.reconnecting);
  if (mayAdmit && ready.length > 1) {
    found.push({
      id: "admit-all",
      label: `${room_word("room.admit_all", { n: ready.length })}: ${ready.map((one) => one.alias).join(", ")}`,
      also: "admit",
      first: true,
      keys: keys("admit"),
      act: () => act(session.command("admit", {})),
    });
  }
  for (const one of mayAdmit ? ready : []) {
    found.push({
      id: `admit-${one.member}`,
      label: t("admit_name", { name: one.alias }),
      also: "admit",
      first: true,
      act: () => act(session.command("admit", { members: [one.member] })),
    });
  }
  for (const one of may.has("look_in") ? ready : []) {
    if (one.looked_at_by !== null) continue;
    found.push({
      id: `look-${one.member}`,
      label: t("look_first_name", { name: one.alias }),
      act: () => act(session.command("look_in", { member: one.member, on: true })),
    });
  }
  for (const one of room.waiting) {
    if (one.person === "" || (one.role !== "client" && one.role !== "collateral")) continue;
    found.push({ id: `safety-${one.member}`, label: room_word("room.safety", { name: one.alias }), act: () => onSafety(one) });
  }
  for (const one of shown?.late ?? []) {
    for (const step of shown === null ? [] : stepsOf(one, shown, written, mayAdmit)) {
      found.push({ id: `${step}-${one.client}`, label: t("person_do", { name: one.alias, what: t(step) }), first: step === one.now, act: () => steps.take(one, step) });
    }
    if (mayAdmit && one.taken.some((taken) => taken.step === "no_show")) {
      found.push({ id: `wait-${one.client}`, label: t("person_do", { name: one.alias, what: t("no_show_undo") }), act: () => steps.wait(one) });
    }
  }
  for (const one of room.members) {
    for (const item of actions(one)) {
      found.push({ id: item.testid ?? `${item.label}-${one.member}`, label: named(one.alias, item.label), act: item.act });
    }
    const client = !one.you && (one.role === "client" || one.role === "collateral");
    if (client && may.has("mute_others") && one.microphone) {
      found.push({
        id: `mute-${one.member}`,
        label: room_word("room.mute_name", { name: one.alias }),
        act: () => act(session.command("mute", { member: one.member })),
      });
    }
    if (client && may.has("remove")) {
      const { member, alias } = one;
      found.push({ id: `remove-${member}`, label: room_word("room.remove_name", { name: alias }), act: () => onRemove({ member, alias }) });
    }
  }
  return found;
}

/** Some items of a menu say whose it is, others leave that to the menu. */
function named(alias: string, label: string): string {
  return label.includes(alias) ? label : t("person_do", { name: alias, what: label });
}
