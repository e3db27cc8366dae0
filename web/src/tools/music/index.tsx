/**
 * Music for everybody: the room as it sounds, without the browser's voice processing, and files of whoever leads.
 *
 * In a session whose sound is music (`profile.media`) the one who guides an exercise is sent as they sound by itself;
 * anywhere else, and for a song in between, it is switched here.
 */
import { useEffect, useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { Button, Check, Icon, Notice } from "../../ui/index.ts";
import { Guide } from "../Guide.tsx";
import type { ToolProps } from "../registry.ts";
import type { Session } from "../../core/session.ts";
import { openMixer, type Mixer } from "./mixer.ts";
import { t } from "./words/index.ts";
import "./music.css";

const mixers = new WeakMap<Session, Mixer>();

function mixerOf(session: Session): Mixer {
  const found = mixers.get(session) ?? openMixer(session);
  mixers.set(session, found);
  return found;
}

function by(seen: ToolProps["seen"]): number | null {
  return seen?.tool === "music" ? seen.by : null;
}

/** Whether this person guides an exercise now. */
function guides(room: ToolProps["room"]): boolean {
  return room.quiet === "guided" && (room.spotlight === null ? room.you.may.includes("quiet") : room.spotlight === room.you.member);
}

function Strip({ session, room, seen, leads }: ToolProps) {
  const player = room.members.find((one) => one.member === by(seen));
  const guided = room.profile.media === "music" && leads && guides(room);
  useEffect(() => {
    if (!guided) return;
    session.music.raw.value = true;
    return () => {
      session.music.raw.value = false;
    };
  }, [guided, session]);
  // The strip is there for as long as the call is.
  useEffect(() => () => mixers.get(session)?.stop(), [session]);
  if (!player) return null;
  return (
    <p class="musicstrip small" data-testid="music-strip">
      <Icon name="music" />
      {player.you ? t("mine") : t("from", { name: player.alias })}
    </p>
  );
}

function time(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function Panel({ session, room, seen }: ToolProps) {
  const mixer = mixerOf(session);
  const [none, setNone] = useState(false);
  const source = mixer.source.value;
  const playing = mixer.playing.value;
  const microphone = session.state.value.wanted.microphone;
  const other = room.members.find((one) => one.member === by(seen) && !one.you);
  const tell = (on: boolean) => void session.use({ do: on ? "music.begin" : "music.end" }).then(report);
  const play = () => {
    // What is muted is not sent, and music goes the way of the microphone.
    if (!microphone) void session.want({ microphone: true });
    mixer.play();
    tell(true);
  };
  const slider = (label: string, value: { value: number }, id: string) => (
    <label class="musicslider">
      <span>{label}</span>
      <input type="range" min="0" max="1" step="0.05" value={value.value} data-testid={id} onInput={(event) => (value.value = Number(event.currentTarget.value))} />
    </label>
  );
  return (
    <>
      <Check label={t("raw")} checked={session.music.raw.value} onChange={(on) => (session.music.raw.value = on)} data-testid="music-raw" />
      <p class="small soft">{t("raw_what")}</p>
      {other && <Notice>{t("from", { name: other.alias })}</Notice>}
      <div class="musicsources">
        <label class="button" data-look="quiet">
          <Icon name="music" />
          <span>{t("file")}</span>
          <input
            class="unseen"
            type="file"
            accept="audio/*"
            data-testid="music-file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) mixer.open(file);
              event.currentTarget.value = "";
            }}
          />
        </label>
        {"getDisplayMedia" in (navigator.mediaDevices ?? {}) && (
          <Button
            icon="screen"
            onClick={() =>
              void mixer.tab().then((given) => {
                setNone(!given);
                if (given) tell(true);
              })
            }
          >
            {t("tab")}
          </Button>
        )}
      </div>
      {none && <Notice tone="warn" role="status">{t("tab_none")}</Notice>}
      {source && (
        <section class="musicnow" aria-label={t("now")}>
          <p data-testid="music-name">{source.kind === "tab" ? t("tab_now") : source.name}</p>
          {source.kind === "file" && (
            <>
              <label class="musicslider">
                <span>
                  {time(mixer.at.value)} / {time(mixer.length.value)}
                </span>
                <input
                  type="range"
                  min="0"
                  max={Math.max(1, Math.floor(mixer.length.value))}
                  value={Math.floor(mixer.at.value)}
                  aria-label={t("place")}
                  onChange={(event) => mixer.seek(Number(event.currentTarget.value))}
                />
              </label>
              <div class="row">
                {playing ? (
                  <Button icon="pause" data-testid="music-pause" onClick={() => mixer.pause()}>
                    {t("pause")}
                  </Button>
                ) : (
                  <Button look="primary" icon="play" data-testid="music-play" onClick={play}>
                    {t("play")}
                  </Button>
                )}
              </div>
              <Check label={t("loop")} checked={mixer.loop.value} onChange={(on) => (mixer.loop.value = on)} />
              <Check label={t("aloud")} checked={mixer.aloud.value} onChange={(on) => (mixer.aloud.value = on)} />
            </>
          )}
          {slider(t("loud"), mixer.music, "music-loud")}
          {slider(t("voice"), mixer.voice, "music-voice")}
          {!microphone && <Notice tone="warn" role="status">{t("muted")}</Notice>}
          <Button
            look="danger"
            data-testid="music-stop"
            onClick={() => {
              mixer.stop();
              tell(false);
            }}
          >
            {t("stop")}
          </Button>
        </section>
      )}
      <Guide session={session} room={room} />
      <p class="small soft">{t("what")}</p>
    </>
  );
}

export default { Panel, Strip };
