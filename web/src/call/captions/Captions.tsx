/**
 * The voices of others as words, made on this device. They are shown for some seconds and kept nowhere; what a voice is
 * called comes from the slot that it arrives in.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Session } from "../../core/session.ts";
import { readable, said, voices, type Line } from "./lines.ts";
import { recognise } from "./recogniser.ts";
import { spoken } from "./spoken.ts";
import { choose, wish } from "./wish.ts";
import { t } from "./words/index.ts";
import "./captions.css";

const LOOK_MS = 1000;

export function Captions({ session }: { session: Session }) {
  const lines = useSignal<readonly Line[]>([]);
  const cannot = useSignal(false);
  const speaking = useComputed(() => session.state.value.speaking).value;
  const slots = session.audio.value.filter((slot) => slot.member !== null);
  const heard = useRef<readonly number[]>([]);
  heard.current = voices(heard.current, slots.flatMap((slot) => slot.member ?? []), speaking);

  useEffect(() => {
    const timer = setInterval(() => (lines.value = readable(lines.value, Date.now())), LOOK_MS);
    return () => clearInterval(timer);
  }, []);

  const name = (member: number) => session.state.peek().room?.members.find((one) => one.member === member)?.alias ?? "";
  if (cannot.value) {
    return (
      <div class="captions" data-place={wish.value.place} role="status">
        <p>{t("failed")}</p>
      </div>
    );
  }
  return (
    <>
      {slots
        .filter((slot) => heard.current.includes(slot.member ?? -1))
        .map((slot) => (
          <Voice
            key={`${slot.mid}/${slot.member}`}
            stream={slot.stream}
            heard={(text, final) => {
              const member = slot.member ?? 0;
              lines.value = said(lines.value, { member, name: name(member), text, final }, Date.now());
            }}
            cannot={() => {
              cannot.value = true;
              choose({ on: false });
            }}
          />
        ))}
      <div class="captions" data-place={wish.value.place} data-size={wish.value.size} role="log" aria-live="off" aria-label={t("title")} data-testid="captions">
        {lines.value.map((line, index) => (
          <p key={`${line.member}/${index}`}>
            <strong>{line.name}</strong> {line.text}
          </p>
        ))}
      </div>
    </>
  );
}

function Voice({ stream, heard, cannot }: { stream: MediaStream; heard: (text: string, final: boolean) => void; cannot: () => void }) {
  const latest = useRef({ heard, cannot });
  latest.current = { heard, cannot };
  useEffect(() => {
    const [track] = stream.getAudioTracks();
    if (!track) return;
    return recognise(track, spoken(), (words) => latest.current.heard(words.text, words.final), () => latest.current.cannot());
  }, [stream]);
  return null;
}
