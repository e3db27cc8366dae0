/**
 * What happens at the door: a host who looks in before letting somebody in, and words between the two.
 *
 * Nothing leaves this page while it waits before the notice of a look stands on a screen that is being looked at:
 * `session.noticed` says so, and is the only thing that opens microphone and camera here. It is fetched while one waits.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { report, refusal } from "../../call/refusal.ts";
import { Sound } from "../../call/Sound.tsx";
import type { Session } from "../../core/session.ts";
import { when } from "../../text/catalogue.ts";
import { Button, IconButton, Notice, Tile } from "../../ui/index.ts";
import type { ChatLine, Look } from "../../wire.ts";
import { t } from "./words/index.ts";
import "./door.css";

/** As the server takes it (telehealth/core/chat.py). */
const MOST = 500;

export function Door({ session }: { session: Session }) {
  const look = session.state.value.room?.look ?? null;
  const [before, setBefore] = useState(false);
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!look) return;
    setBefore(true);
    said.current?.scrollIntoView({ block: "nearest" });
  }, [look !== null]);
  return (
    <>
      {/* Always there, so that what comes into it is said. */}
      <div ref={said} role="status" class="looked" data-testid="look-said">
        {look ? (
          <>
            <strong>{t("look", { name: look.alias })}</strong> {t("look_who", { name: look.alias })}
          </>
        ) : (
          before && t("look_over")
        )}
      </div>
      {look && <Looked key={look.member} session={session} look={look} />}
      <Words session={session} />
    </>
  );
}

function Looked({ session, look }: { session: Session; look: Look }) {
  const { devices } = session;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const noticed = () => {
      if (document.visibilityState === "visible") session.noticed.value = look.member;
    };
    noticed();
    document.addEventListener("visibilitychange", noticed);
    return () => {
      document.removeEventListener("visibilitychange", noticed);
      session.noticed.value = null;
    };
  }, [look.member]);
  useEffect(() => session.view([{ member: look.member, width: Math.max(1, box.current?.clientWidth ?? 1) }]), [look.member]);
  const { wanted, speaking } = session.state.value;
  const microphone = wanted.microphone && devices.microphone.value !== null;
  const camera = wanted.camera && devices.camera.value !== null;
  return (
    <section ref={box} class="look stack tight" aria-label={t("look_region", { name: look.alias })} data-testid="look">
      <Tile
        data-testid={`tile-${look.member}`}
        member={look.member}
        source="camera"
        name={look.alias}
        part={`(${t("part_staff")})`}
        stream={look.camera ? (session.pictures.value.get(`${look.member}/camera`) ?? null) : null}
        speaking={speaking.includes(look.member) && look.microphone}
        speakingLabel={t("speaking")}
        muted={look.microphone ? undefined : { label: t("muted") }}
      />
      <div class="row">
        <IconButton
          icon={microphone ? "mic" : "micOff"}
          label={t("microphone")}
          caption={t("microphone")}
          pressed={microphone}
          tone={microphone ? undefined : "off"}
          onClick={() => void session.want({ microphone: !microphone })}
          data-testid="look-mic"
        />
        <IconButton
          icon={camera ? "camera" : "cameraOff"}
          label={t("camera")}
          caption={t("camera")}
          pressed={camera}
          tone={camera ? undefined : "off"}
          onClick={() => void session.want({ camera: !camera })}
          data-testid="look-camera"
        />
      </div>
      <Sound session={session} />
    </section>
  );
}

function Words({ session }: { session: Session }) {
  const [text, setText] = useState("");
  const { room, chat } = session.state.value;
  const me = room?.you.member;
  // What was said to the group before somebody was sent here stays there.
  const lines = chat.filter((line) => line.to === `member:${me}` || (line.to === "staff" && line.sender === me));

  async function send(): Promise<void> {
    const words = text.trim();
    if (words === "") return;
    setText("");
    const answer = await session.chat("staff", words);
    if (answer.ok) return;
    setText((now) => now || words);
    report(answer);
  }

  return (
    <section class="words stack tight" aria-labelledby="door-write">
      <h2 id="door-write">{t("write")}</h2>
      <p class="soft small">{t(room?.host_here ? "write_who" : "write_later")}</p>
      <div role="log" aria-label={t("lines")} class="lines" data-testid="door-lines">
        {lines.map((line) => (
          <Line key={line.id} line={line} mine={line.sender === me} />
        ))}
      </div>
      {refusal.value && (
        <Notice tone="warn" role="alert">
          {refusal.value}
        </Notice>
      )}
      {room?.host_here && (
        <form
          class="write"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <textarea
            class="input"
            rows={2}
            maxLength={MOST}
            aria-label={t("write_text")}
            placeholder={t("write_text")}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            data-testid="door-input"
          />
          <Button type="submit" icon="send" data-testid="door-send">
            {t("send")}
          </Button>
        </form>
      )}
    </section>
  );
}

function Line({ line, mine }: { line: ChatLine; mine: boolean }) {
  return (
    <p data-mine={mine || undefined}>
      <span class="small soft">
        {mine ? t("mine") : line.alias} · {when(line.at, { hour: "numeric", minute: "2-digit" })}
      </span>
      <span class="text" dir="auto">{line.text}</span>
    </p>
  );
}
