/** One's own picture, mirrored as in a looking glass, or what is put in its place. */
import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Devices } from "../core/devices.ts";

export interface SelfViewProps {
  devices: Devices;
  label: string;
  /** The camera stays on, but one need not look at oneself. */
  covered?: boolean;
  children?: ComponentChildren;
}

export function SelfView({ devices, label, covered = false, children }: SelfViewProps) {
  const video = useRef<HTMLVideoElement>(null);
  const stream = devices.selfView.value;
  useEffect(() => {
    if (!video.current) return;
    video.current.srcObject = stream;
    // Muted, so never refused; a newer source may interrupt it.
    if (stream) video.current.play().catch(() => undefined);
  }, [stream]);
  return (
    <div class="selfview">
      <video ref={video} hidden={!stream || covered} muted autoplay playsInline aria-label={label} />
      {(!stream || covered) && children}
    </div>
  );
}
