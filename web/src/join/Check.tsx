/** Camera and microphone, seen and heard by this person alone. Nothing here is a condition: one may go on without both. */
import { useEffect, useState } from "preact/hooks";
import { DeviceDialog } from "../call/devices/index.ts";
import { Screen } from "../call/Screen.tsx";
import type { Devices, Kind } from "../core/devices.ts";
import { t } from "../text/client.ts";
import { Button, IconButton, LevelMeter, Notice } from "../ui/index.ts";
import type { Arrival } from "./arrival.ts";
import { SelfView } from "./SelfView.tsx";
import { Steps } from "./Steps.tsx";

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

  const onward = wanted.camera && camera ? "continue" : microphone || asking ? "check_without" : "check_listen";
  return (
    <Screen title={t("check_title")} lead={t("check_lead")} progress={<Steps now={1} />}>
      <div class="preview">
        <SelfView devices={devices} label={t("check_preview")}>
          <p>{asking && !camera ? t("check_camera_wait") : t("check_camera_off")}</p>
        </SelfView>
        <div class="toggles">
          <IconButton
            icon={wanted.microphone && microphone ? "mic" : "micOff"}
            label={t("call_mic")}
            pressed={wanted.microphone && microphone !== null}
            tone={wanted.microphone && microphone ? undefined : "off"}
            onClick={() => void bring({ microphone: !(wanted.microphone && microphone) })}
          />
          <IconButton
            icon={wanted.camera && camera ? "camera" : "cameraOff"}
            label={t("call_camera")}
            pressed={wanted.camera && camera !== null}
            tone={wanted.camera && camera ? undefined : "off"}
            onClick={() => void bring({ camera: !(wanted.camera && camera) })}
          />
        </div>
      </div>
      {microphone ? (
        <div class="stack tight">
          <p class="small soft">{t("check_speak")}</p>
          <LevelMeter label={t("check_level")} follow={devices.followLevel} />
        </div>
      ) : (
        !asking && !wanted.microphone && <p class="small soft">{t("check_mic_off")}</p>
      )}
      <Problems devices={devices} token={arrival.place.value.token} again={() => void bring({ microphone: true, camera: true })} />
      <div class="row">
        <Button icon="sound" onClick={() => void devices.chime()}>
          {t("check_chime")}
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
        {t(asking ? "continue" : onward)}
      </Button>
      {choosing && <DeviceDialog devices={devices} onClose={() => setChoosing(false)} />}
    </Screen>
  );
}

/** The built-in browser of an app: it will never have a camera, and another one needs the link, which is gone from above. */
function Elsewhere({ token }: { token: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(`${location.origin}/j#${token}`);
    setCopied(true);
  };
  return (
    <Notice tone="warn">
      <div class="stack tight">
        <p>{t("check_webview")}</p>
        {token && "clipboard" in navigator && (
          <div>
            <Button icon="copy" onClick={() => void copy()}>
              {t(copied ? "check_copied" : "check_copy")}
            </Button>
          </div>
        )}
      </div>
    </Notice>
  );
}

function Problems({ devices, token, again }: { devices: Devices; token: string; again: () => void }) {
  const microphone = devices.problem.microphone.value;
  const camera = devices.problem.camera.value;
  if (!microphone && !camera) return null;
  if (!("mediaDevices" in navigator)) return <Elsewhere token={token} />;
  const denied = microphone === "denied" || camera === "denied";
  const safari = /iPhone|iPad/.test(navigator.userAgent);
  return (
    <Notice tone="warn" role="status" data-testid="device-problem">
      <div class="stack tight">
        {denied && <strong>{t("check_denied_title")}</strong>}
        {microphone && <p>{t(`check_${microphone}_microphone`)}</p>}
        {camera && <p>{t(`check_${camera}_camera`)}</p>}
        {denied && <p>{t(safari ? "check_denied_safari" : "check_denied_how")}</p>}
        <div>
          <Button onClick={again}>{t("try_again")}</Button>
        </div>
      </div>
    </Notice>
  );
}
