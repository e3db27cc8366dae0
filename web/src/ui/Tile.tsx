/**
 * One person's place in the gallery: picture or initials, name plate, marks. It shows what it is given and knows
 * nothing of connections; `data-member` and `data-source` on the video say whose picture it is.
 */
import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

export interface TileMark {
  kind: "hand" | "reconnecting";
  icon: IconName;
  label: string;
  text?: string;
  tone?: "plain";
}

export interface TileProps {
  member: number;
  source: "camera" | "screen";
  you?: boolean | undefined;
  name: string;
  /** Read after the name: "you", "therapist". */
  part?: string | undefined;
  stream: MediaStream | null;
  mirror?: boolean;
  speaking?: boolean;
  dimmed?: boolean;
  muted?: { label: string } | undefined;
  speakingLabel?: string;
  marks?: TileMark[];
  corner?: ComponentChildren;
  /** Drawn around the picture. */
  ring?: ComponentChildren;
  /** The whole picture, with a rim, and not as much of it as fills the tile. */
  whole?: boolean | undefined;
  "data-testid"?: string;
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = (word: string | undefined) => Array.from(word ?? "")[0] ?? "";
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "")).toLocaleUpperCase() || "?";
}

export function Tile(props: TileProps) {
  const { member, source, name, part, stream, mirror, speaking, dimmed, muted, speakingLabel, marks = [], corner, ring, whole } = props;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element || element.srcObject === stream) return;
    element.srcObject = stream;
    // A muted video may always play by itself; the only refusal is "superseded by a new source".
    if (stream) element.play().catch(() => undefined);
  }, [stream]);
  return (
    <div
      class="tile"
      data-testid={props["data-testid"]}
      data-member={member}
      data-you={props.you || undefined}
      data-fit={source === "screen" || whole ? "contain" : undefined}
      data-mirror={mirror || undefined}
      data-speaking={speaking || undefined}
      data-dimmed={dimmed || undefined}
    >
      <div class="frame">
        {!stream && (
          <span class="initials" aria-hidden="true">
            {source === "screen" ? <Icon name="screen" /> : initials(name)}
          </span>
        )}
        <video
          ref={video}
          data-member={member}
          data-source={source}
          hidden={!stream}
          muted
          autoplay
          playsInline
          disablePictureInPicture
          aria-hidden="true"
        />
        <div class="marks">
          {marks.map((mark) => (
            <span class="mark" key={mark.kind} data-tone={mark.tone} {...{ [`data-${mark.kind}`]: true }}>
              <Icon name={mark.icon} />
              {mark.text && <span aria-hidden="true">{mark.text}</span>}
              <span class="unseen">{mark.label}</span>
            </span>
          ))}
        </div>
        <div class="plate">
          {speaking && (
            <>
              <Icon name="sound" />
              <span class="unseen">{speakingLabel}</span>
            </>
          )}
          {muted && !speaking && (
            <>
              <Icon name="micOff" />
              <span class="unseen">{muted.label}</span>
            </>
          )}
          <span class="name" dir="auto">{name}</span>
          {part && <span class="part">{part}</span>}
        </div>
      </div>
      {ring}
      {corner && <div class="corner">{corner}</div>}
    </div>
  );
}
