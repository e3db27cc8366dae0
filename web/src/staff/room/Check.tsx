/** A short look in the mirror before entering. It also is the touch that lets the chime ring. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { DeviceDialog } from "../../call/devices/index.ts";
import type { Devices, Problem } from "../../core/devices.ts";
import { Button, Icon, IconButton, LevelMeter, Notice } from "../../ui/index.ts";
import { linkTo } from "../route.ts";
import { t } from "../words/index.ts";

export interface CheckProps {
  readonly devices: Devices;
  readonly session: string;
  readonly onEnter: (wanted: { readonly microphone: boolean; readonly camera: boolean }) => void;
}

export function Check({ devices, session, onEnter }: CheckProps) {
  const microphone = useSignal(true);
  const camera = useSignal(true);
  const [choosing, setChoosing] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    void devices.want({ microphone: true, camera: true });
  }, [devices]);

  const toggle = (kind: "microphone" | "camera") => {
    const now = kind === "microphone" ? microphone : camera;
    now.value = !now.value;
    void devices.want({ [kind]: now.value });
  };
  const problem = devices.problem.microphone.value ?? devices.problem.camera.value;
  return (
    <main class="signin check-page">
      <div class="card stack">
        <a class="back" href={`/${linkTo("session", session)}`}>
          <Icon name="back" />
          {t("room.back")}
        </a>
        <h1 ref={heading} tabIndex={-1}>
          {t("room.check_title")}
        </h1>
        <Mirror stream={devices.selfView.value} />
        <LevelMeter label={t("room.check_level")} follow={devices.followLevel} />
        <div class="row check-tools">
          <IconButton
            icon={microphone.value ? "mic" : "micOff"}
            label={t("room.check_microphone")}
            caption={t("room.check_microphone")}
            pressed={microphone.value}
            tone={microphone.value ? undefined : "off"}
            onClick={() => toggle("microphone")}
            data-testid="check-microphone"
          />
          <IconButton
            icon={camera.value ? "camera" : "cameraOff"}
            label={t("room.check_camera")}
            caption={t("room.check_camera")}
            pressed={camera.value}
            tone={camera.value ? undefined : "off"}
            onClick={() => toggle("camera")}
            data-testid="check-camera"
          />
          <IconButton icon="gear" label={t("room.check_devices")} caption={t("room.check_devices")} onClick={() => setChoosing(true)} />
        </div>
        {problem !== null && <Trouble problem={problem} again={() => void devices.want({ microphone: microphone.peek(), camera: camera.peek() })} />}
        <Button
          look="primary"
          size="large"
          onClick={() => onEnter({ microphone: microphone.peek(), camera: camera.peek() })}
          data-testid="check-continue"
        >
          {t("room.check_enter")}
        </Button>
      </div>
      {choosing && <DeviceDialog devices={devices} onClose={() => setChoosing(false)} />}
    </main>
  );
}

function Mirror({ stream }: { stream: MediaStream | null }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current === null) return;
    video.current.srcObject = stream;
    // A muted video may always play by itself; the only refusal is "superseded by a new source".
    if (stream !== null) video.current.play().catch(() => undefined);
  }, [stream]);
  return (
    <div class="mirror" role="img" aria-label={stream === null ? t("room.check_camera_off") : t("room.check_preview")}>
      <video ref={video} hidden={stream === null} muted autoplay playsInline disablePictureInPicture />
      {stream === null && <p class="soft">{t("room.check_camera_off")}</p>}
    </div>
  );
}

function Trouble({ problem, again }: { problem: Problem; again: () => void }) {
  return (
    <Notice tone="warn" role="status">
      <p>{t(`room.check_${problem}`)}</p>
      <Button look="plain" onClick={again}>
        {t("again")}
      </Button>
    </Notice>
  );
}
