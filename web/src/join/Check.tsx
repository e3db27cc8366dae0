/** Camera and microphone, seen and heard by this person alone. Nothing here is a condition: one may go on without both. */
import { useEffect, useState } from "preact/hooks";
import { DeviceDialog } from "../call/devices/index.ts";
import { Screen } from "../call/Screen.tsx";
import type { Devices, Kind } from "../core/devices.ts";
import { t as way } from "../text/client.ts";
import { fetched } from "../ui/fetched.tsx";
import { Button, IconButton, LevelMeter } from "../ui/index.ts";
import type { Arrival } from "./arrival.ts";
import { t } from "./inside/words/index.ts";
import { SelfView } from "./SelfView.tsx";
import { Steps } from "./Steps.tsx";
import type { TroubleProps } from "./trouble/Trouble.tsx";

const Trouble = fetched<TroubleProps>(() => import("./trouble/Trouble.tsx").then((module) => module.Trouble));

export function Check({ arrival, devices }: { arrival: Arrival; devices: Devices }) {
  const [wanted, setWanted] = useState({ microphone: arrival.place.value.microphone, camera: arrival.place.value.camera });
  const [asking, setAsking] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const microphone = devices.microphone.value;
  const camera = devices.camera.value;

  async function bring(part: Partial<Record<Kind, boolean>>): Promise<void> {
    const next = { ...wanted, ...part };
    setWanted(next);
    setAsking(true);
    await devices.want(next);
    setAsking(false);
  }

  useEffect(() => void bring({}), []);

  const onward = microphone ? "check_without" : "check_listen";
  return (
    <Screen title={t("check_title")} lead={t("check_lead")} progress={<Steps now={1} />}>
      <div class="preview">
        <SelfView devices={devices} label={t("check_preview")}>
          <p>{asking && !camera ? t("check_camera_wait") : t("check_camera_off")}</p>
        </SelfView>
        <div class="toggles">
          <IconButton
            icon={wanted.microphone && microphone ? "mic" : "micOff"}
            label={t("mic")}
            pressed={wanted.microphone && microphone !== null}
            tone={wanted.microphone && microphone ? undefined : "off"}
            onClick={() => void bring({ microphone: !(wanted.microphone && microphone) })}
          />
          <IconButton
            icon={wanted.camera && camera ? "camera" : "cameraOff"}
            label={t("camera")}
            pressed={wanted.camera && camera !== null}
            tone={wanted.camera && camera ? undefined : "off"}
            onClick={() => void bring({ camera: !(wanted.camera && camera) })}
          />
        </div>
      </div>
      {microphone ? (
        <div class="stack tight">
          <p class="small soft">{t("check_speak")}</p>
          <LevelMeter label={way("check_level")} follow={devices.followLevel} />
        </div>
      ) : (
        !asking && !wanted.microphone && <p class="small soft">{t("check_mic_off")}</p>
      )}
      {(devices.problem.microphone.value || devices.problem.camera.value) && (
        <Trouble devices={devices} token={arrival.place.value.token} again={() => void bring({ microphone: true, camera: true })} />
      )}
      <div class="row">
        <Button icon="sound" onClick={() => void devices.chime()}>
          {way("check_chime")}
        </Button>
        <Button icon="gear" data-testid="devices-open" onClick={() => setChoosing(true)}>
          {t("check_devices")}
        </Button>
      </div>
      <Button
        look="primary"
        size="large"
        data-testid="check-continue"
        onClick={() => arrival.checked(wanted.microphone, wanted.camera)}
      >
        {asking || (wanted.camera && camera) ? way("continue") : t(onward)}
      </Button>
      {choosing && <DeviceDialog devices={devices} onClose={() => setChoosing(false)} />}
    </Screen>
  );
}
