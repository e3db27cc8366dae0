/** What happened to somebody's microphone, camera or speaker without their doing, and what can be done about it. */
import { useEffect } from "preact/hooks";
import type { Devices, Kind, News } from "../core/devices.ts";
import { Button, IconButton, Notice } from "../ui/index.ts";
import { t } from "./words/index.ts";

const SHOWN_MS = 15_000;

export interface DeviceNewsProps {
  devices: Devices;
  /** Nothing is wrong with a microphone that is off. */
  wanted: Readonly<Record<Kind, boolean>>;
}

export function DeviceNews({ devices, wanted }: DeviceNewsProps) {
  const news = devices.news.value;
  useEffect(() => {
    if (!news) return;
    const timer = setTimeout(() => {
      if (devices.news.value === news) devices.news.value = null;
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [news]);
  const again = (kind: Kind) => (
    <Button data-testid={`again-${kind}`} onClick={() => void devices.again(kind)}>
      {t("device_again")}
    </Button>
  );
  return (
    <>
      {wanted.microphone && devices.interrupted.microphone.value && (
        <Notice tone="warn" icon="micOff" role="alert" data-testid="taken-microphone" action={again("microphone")}>
          {t("device_taken_microphone")}
        </Notice>
      )}
      {wanted.camera && devices.interrupted.camera.value && (
        <Notice tone="warn" icon="cameraOff" role="status" data-testid="taken-camera" action={again("camera")}>
          {t("device_taken_camera")}
        </Notice>
      )}
      {wanted.microphone && devices.silent.value && (
        <Notice tone="warn" icon="micOff" role="alert" data-testid="silent" action={again("microphone")}>
          {t("device_silent")}
        </Notice>
      )}
      {news && (
        <Notice
          tone="plain"
          icon={news.kind === "speaker" ? "sound" : news.kind === "camera" ? "camera" : "mic"}
          role="status"
          data-testid="device-news"
          action={<IconButton icon="close" label={t("close")} onClick={() => (devices.news.value = null)} />}
        >
          {words(news)}
        </Notice>
      )}
    </>
  );
}

function words({ kind, what, now }: News): string {
  const name = now ?? "";
  if (what === "returned") return t(kind === "camera" ? "device_returned_camera" : "device_returned_microphone");
  if (what === "back") return t("device_back", { now: name });
  if (what === "default") return t("device_default", { now: name });
  return now === null ? t(`device_gone_${kind}_none`) : t(`device_gone_${kind}`, { now: name });
}
