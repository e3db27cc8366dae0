/** Why there is no camera or microphone, and what to do about it. Most people never see it, so it is fetched when it is needed. */
import { useState } from "preact/hooks";
import type { Devices } from "../../core/devices.ts";
import { Button, Notice } from "../../ui/index.ts";
import { t } from "./words/index.ts";

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
        <p>{t("webview")}</p>
        {token && "clipboard" in navigator && (
          <div>
            <Button icon="copy" onClick={() => void copy()}>
              {t(copied ? "copied" : "copy")}
            </Button>
          </div>
        )}
      </div>
    </Notice>
  );
}

export interface TroubleProps {
  devices: Devices;
  /** For a link to copy. */
  token: string;
  again: () => void;
}

export function Trouble({ devices, token, again }: TroubleProps) {
  const microphone = devices.problem.microphone.value;
  const camera = devices.problem.camera.value;
  if (!microphone && !camera) return null;
  if (!("mediaDevices" in navigator)) return <Elsewhere token={token} />;
  const denied = microphone === "denied" || camera === "denied";
  const safari = /iPhone|iPad/.test(navigator.userAgent);
  return (
    <Notice tone="warn" role="status" data-testid="device-problem">
      <div class="stack tight">
        {denied && <strong>{t("denied_title")}</strong>}
        {microphone && <p>{t(`${microphone}_microphone`)}</p>}
        {camera && <p>{t(`${camera}_camera`)}</p>}
        {denied && <p>{t(safari ? "denied_safari" : "denied_how")}</p>}
        <div>
          <Button onClick={again}>{t("again")}</Button>
        </div>
      </div>
    </Notice>
  );
}
