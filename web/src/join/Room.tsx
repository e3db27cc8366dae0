/**
 * From the waiting room into the room, in one page: camera, connection and seat go on, and only the view changes.
 * The view of the room is fetched while one waits.
 */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { CallViewProps } from "../call/CallView.tsx";
import { OverScreen } from "../call/Over.tsx";
import { Screen } from "../call/Screen.tsx";
import type { Devices } from "../core/devices.ts";
import type { Session } from "../core/session.ts";
import { t } from "../text/client.ts";
import { Notice } from "../ui/index.ts";
import type { Arrival, Facts } from "./arrival.ts";
import { part, quickExit } from "./exit.ts";
import { Waiting } from "./Waiting.tsx";

type View = (props: CallViewProps) => preact.JSX.Element | null;

/** A component in a signal would be called by it: it is kept in an object. */
const call = signal<{ View: View } | null>(null);

/** The same for one of the clients who hosts their peers. */
const hosting = signal<{ View: View } | null>(null);

const NARROW = "(max-width: 40rem)";

export function Room({ arrival, facts, devices, tab }: { arrival: Arrival; facts: Facts; devices: Devices; tab: string }) {
  const [session, setSession] = useState<Session | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let open: Session | null = null;
    let gone = false;
    const { microphone, camera } = arrival.place.value;
    void devices.want({ microphone, camera });
    async function enter(): Promise<void> {
      try {
        const [{ openSession }, { openMedia, LAPTOP, PHONE }] = await Promise.all([import("../core/session.ts"), import("../core/media.ts")]);
        if (gone) return;
        open = openSession({
          session: facts.session,
          csrf: arrival.csrf,
          tab,
          devices,
          media: openMedia(matchMedia(NARROW).matches ? PHONE : LAPTOP),
          wanted: { microphone, camera, screen: false },
        });
        setSession(open);
        const opened = open;
        part.leave = () => opened.leave();
        const { CallView } = await import("../call/CallView.tsx");
        call.value = { View: CallView };
      } catch {
        setFailed(true);
      }
    }
    void enter();
    return () => {
      gone = true;
      part.leave = null;
      open?.close();
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

  if (failed) return <Screen title={t("over_failed_title")} lead={t("hello_offline")} />;
  if (!session || !state) return null;
  if (state.over) return <OverScreen over={state.over} />;
  if (state.room?.you.standing !== "seated") return <Waiting session={session} facts={facts} />;
  if (!call.value) return <Notice role="status">{t("waiting_admitted")}</Notice>;
  const { View } = (hosts && hosting.value) || call.value;
  return <View session={session} onExit={() => void quickExit()} />;
}
