/**
 * Every audio slot, playing. An element stays with its slot; `data-member` and `data-source` follow who is in it.
 *
 * A browser may hold sound back until the person has touched the page: then this says so, and one tap lets it go.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { AudioSlot, Session } from "../core/session.ts";
import { t } from "./words/index.ts";
import { Button, Notice } from "../ui/index.ts";

export function Sound({ session }: { session: Session }) {
  const blocked = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const speaker = session.devices.speaker.value;

  function play(element: HTMLAudioElement): void {
    element.play().then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof DOMException && error.name === "NotAllowedError") blocked.value = true;
      },
    );
  }

  return (
    <>
      <div ref={box} hidden>
        {session.audio.value.map((slot) => (
          <Slot key={slot.mid} slot={slot} speaker={speaker} play={play} />
        ))}
      </div>
      {blocked.value && (
        <div class="soundblocked">
          <Notice tone="warn" icon="sound" role="alert">
            <p>{t("call_sound_blocked")}</p>
            <Button
              look="primary"
              icon="sound"
              data-testid="sound-on"
              onClick={() => {
                blocked.value = false;
                box.current?.querySelectorAll("audio").forEach(play);
              }}
            >
              {t("call_sound_on")}
            </Button>
          </Notice>
        </div>
      )}
    </>
  );
}

function Slot({ slot, speaker, play }: { slot: AudioSlot; speaker: string; play: (element: HTMLAudioElement) => void }) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = audio.current;
    if (!element) return;
    element.srcObject = slot.stream;
    play(element);
  }, [slot.stream]);
  useEffect(() => {
    // A speaker that is gone is no reason for silence: the browser's own choice stays.
    if (audio.current && "setSinkId" in audio.current) audio.current.setSinkId(speaker).catch(() => undefined);
  }, [speaker]);
  return <audio ref={audio} data-member={slot.member ?? ""} data-source={slot.member === null ? "" : "microphone"} autoplay />;
}
