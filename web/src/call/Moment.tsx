/**
 * "I need a moment": nobody sees or hears this person, and they nobody; only the therapist knows. A page to come down on,
 * with a way to write to the therapist and a way back, and nothing that asks for anything.
 *
 * Camera and microphone are let go here as well, so that the light goes out; they stay off on the way back, because who
 * has wept for a while may not think of what they were before.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { calm } from "../comfort/comfort.ts";
import type { Session } from "../core/session.ts";
import { t as way } from "../text/client.ts";
import { announce, Breathing, Button, Icon, LiveRegion } from "../ui/index.ts";
import { report, refusal } from "./refusal.ts";
import { Support } from "./Support.tsx";
import { t } from "./words/index.ts";

export interface MomentProps {
  session: Session;
  onLeave: () => void;
  corner?: ComponentChildren;
  children?: ComponentChildren;
}

export function Moment({ session, onLeave, corner, children }: MomentProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const you = session.state.value.room?.you;
  const [back, setBack] = useState(false);

  useEffect(() => {
    heading.current?.focus();
    void session.want({ microphone: false, camera: false });
  }, [session]);

  async function comeBack(): Promise<void> {
    setBack(true);
    const answer = await session.command("moment", { on: false });
    setBack(false);
    report(answer);
  }

  return (
    <main class="moment" data-testid="moment-view">
      <LiveRegion />
      {corner}
      <div class="card stack">
        <div class="opening">
          <h1 ref={heading} tabIndex={-1}>
            {t("moment_title")}
          </h1>
          <p class="soft">{t("moment_what")}</p>
        </div>
        <Breathing still={calm()} words={{ text: way("waiting_breathe"), pause: way("waiting_breathe_pause"), play: way("waiting_breathe_play") }} />
        <p>{t("moment_ground")}</p>
        <Note session={session} />
        {refusal.value && (
          <p class="error" role="alert">
            {refusal.value}
          </p>
        )}
        <Button look="primary" size="large" busy={back} data-testid="moment-back" onClick={() => void comeBack()}>
          {t("moment_back")}
        </Button>
        <p class="small soft">{t("moment_back_what")}</p>
        <div class="row spread">
          {you?.may.includes("call_help") && <Support session={session} noted={you.noted} />}
          <Button icon="leave" data-testid="leave" onClick={onLeave}>
            {t("call_leave")}
          </Button>
        </div>
      </div>
      <footer class="help small">
        <Icon name="phone" />
        <p>{way("crisis")}</p>
      </footer>
      {children}
    </main>
  );
}

/** To the therapist alone. */
function Note({ session }: { session: Session }) {
  const [text, setText] = useState("");
  async function send(): Promise<void> {
    const words = text.trim();
    if (!words) return;
    setText("");
    const answer = await session.chat("staff", words);
    if (answer.ok) return announce(t("moment_sent"), "assertive");
    setText((now) => now || words);
    report(answer);
  }
  return (
    <form
      class="note"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <input
        class="input"
        aria-label={t("moment_write")}
        placeholder={t("moment_write")}
        maxLength={500}
        value={text}
        data-testid="moment-write"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="iconbutton" data-tone="on" aria-label={t("chat_send")}>
        <Icon name="send" />
      </button>
    </form>
  );
}
