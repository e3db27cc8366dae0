/**
 * From the waiting room into the room, in one page: camera, connection and seat go on, and only the view changes.
 *
 * One waits without anything that only the room needs: the engine of media and the view come meanwhile, the engine first,
 * so that media is connected before somebody is let in.
 */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { CallViewProps } from "../call/CallView.tsx";
import { Screen } from "../call/Screen.tsx";
import type { Devices } from "../core/devices.ts";
import { openSession, type Session } from "../core/session.ts";
import { t } from "../text/client.ts";
import { fetched } from "../ui/fetched.tsx";
import { Notice } from "../ui/index.ts";
import type { Arrival, Facts } from "./arrival.ts";
import { fetchMedia } from "./ahead.ts";
import { part, quickExit } from "./exit.ts";
import type { OverScreenProps } from "./over/Over.tsx";
import { Waiting } from "./Waiting.tsx";

type View = (props: CallViewProps) => preact.JSX.Element | null;

/** A component in a signal would be called by it: it is kept in an object. */
const call = signal<{ View: View } | null>(null);

/** The same for one of the clients who hosts their peers. */
const hosting = signal<{ View: View } | null>(null);

const offline = () => <Screen title={t("over_failed_title")} lead={t("hello_offline")} />;

const Over = fetched<OverScreenProps>(
  () => import("./over/Over.tsx").then((module) => module.OverScreen),
  undefined,
  offline,
);

export function Room({ arrival, facts, devices, tab }: { arrival: Arrival; facts: Facts; devices: Devices; tab: string }) {
  const [session, setSession] = useState<Session | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const { microphone, camera } = arrival.place.value;
    void devices.want({ microphone, camera });
    const media = fetchMedia();
    const open = openSession({
      session: facts.session,
      csrf: arrival.csrf,
      tab,
      devices,
      media,
      wanted: { microphone, camera, screen: false },
    });
    setSession(open);
    part.leave = () => open.leave();
    media
      .then(() => import("../call/CallView.tsx"))
      .then(({ CallView }) => (call.value = { View: CallView }))
      .then(Over.ahead)
      .catch(() => {
        open.close();
        setFailed(true);
      });
    return () => {
      part.leave = null;
      open.close();
    };
  }, []);

  const state = session?.state.value;
  useEffect(() => {
    if (state?.over === "check_in_missing") arrival.sendBack("about");
    else if (state?.over === "not_signed_in") arrival.sendBack("hello");
    else if (state?.over) devices.close();
  }, [state?.over]);

  const hosts = state?.room?.you.role === "peer_host";
  useEffect(() => {
    if (hosts) void import("../peer/HostView.tsx").then(({ HostView }) => (hosting.value = { View: HostView }), () => undefined);
  }, [hosts]);

  if (failed) return offline();
  if (!session || !state) return null;
  if (state.over) return <Over over={state.over} />;
  if (state.room?.you.standing !== "seated") return <Waiting session={session} facts={facts} />;
  if (!call.value) return <Notice role="status">{t("waiting_admitted")}</Notice>;
  const { View } = (hosts && hosting.value) || call.value;
  return <View session={session} onExit={() => void quickExit()} />;
}
