/**
 * The waiting room: nobody else is to be seen, no count, nothing to do. It says that one has arrived and is known to
 * be here, and whether the connection is good; media is already connected, with nothing flowing until somebody looks in
 * and this page has said so (door/Door.tsx).
 */
import { useEffect, useState } from "preact/hooks";
import { Screen } from "../call/Screen.tsx";
import { DeviceDialog } from "../call/devices/index.ts";
import { calm } from "../comfort/comfort.ts";
import type { Session } from "../core/session.ts";
import type { State } from "../core/state.ts";
import { when } from "../text/catalogue.ts";
import { t as way } from "../text/client.ts";
import { fetched } from "../ui/fetched.tsx";
import { Breathing, Button, Icon } from "../ui/index.ts";
import type { Facts } from "./arrival.ts";
import { t } from "./inside/words/index.ts";
import { SelfView } from "./SelfView.tsx";
import { Steps } from "./Steps.tsx";

const Door = fetched(() => import("./door/Door.tsx").then((module) => module.Door));

export function Waiting({ session, facts }: { session: Session; facts: Facts }) {
  const [mirror, setMirror] = useState(true);
  const [choosing, setChoosing] = useState(false);
  useEffect(Door.ahead, []);
  const state = session.state.value;
  // Until the server has answered, nobody else knows that this person waits: stories may not go by that.
  const known = state.room !== null || state.refused !== null;
  const good = state.link === "up" && state.media === "up";
  return (
    <Screen
      stays
      title={t(state.room?.you.held_back ? "waiting_back_title" : "waiting_title")}
      lead={lead(state, facts)}
      progress={<Steps now={3} />}
      data-testid={known ? "waiting" : "entering"}
    >
      <p class="connection small" role="status" data-good={good || undefined} data-testid={state.link === "down" ? "reconnecting" : undefined}>
        <Icon name={good ? "check" : "clock"} />
        {t(state.link === "down" ? "waiting_reconnecting" : good ? "waiting_connected" : "waiting_connecting")}
      </p>
      {state.room && <Door session={session} />}
      <Breathing still={calm()} words={{ text: way("waiting_breathe"), pause: way("waiting_breathe_pause"), play: way("waiting_breathe_play") }} />
      {session.devices.camera.value && (
        <div class="mirror">
          <SelfView devices={session.devices} label={t("check_preview")} covered={!mirror} />
          <Button look="plain" onClick={() => setMirror(!mirror)}>
            {t(mirror ? "waiting_self_hide" : "waiting_self_show")}
          </Button>
        </div>
      )}
      <div class="row">
        <Button icon="gear" data-testid="devices-open" onClick={() => setChoosing(true)}>
          {t("check_devices")}
        </Button>
      </div>
      {choosing && <DeviceDialog devices={session.devices} saving={session.saving} onClose={() => setChoosing(false)} />}
      <div class="row spread">
        <p class="soft small">
          {t(Date.now() < facts.starts ? "starts_at" : "started_at", { time: time(facts.starts) })}
        </p>
        <Button icon="care" data-testid="help" onClick={() => void session.command("help", {})}>
          {t(state.room?.you.noted ? "waiting_noted" : "waiting_support")}
        </Button>
        <Button icon="leave" data-testid="leave" onClick={() => void session.leave()}>
          {t("waiting_leave")}
        </Button>
      </div>
    </Screen>
  );
}

function time(at: number): string {
  return when(at, { hour: "numeric", minute: "2-digit" });
}

function lead(state: State, facts: Facts): string {
  switch (state.refused) {
    case null:
      if (state.room?.look) return t("waiting_seen");
      if (state.room?.paused) return t("waiting_paused");
      if (state.room?.you.held_back) return t("waiting_back");
      return t(state.room?.host_here ? "waiting_seen" : "waiting_alone");
    case "not_open_yet":
      return t("waiting_early", { time: time(facts.starts) });
    case "locked":
      return t("waiting_locked");
    case "full":
      return t("waiting_full");
    default:
      return t("waiting_trying");
  }
}
