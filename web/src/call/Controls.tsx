/** The control bar. Toggles keep their names; icon, colour and `aria-pressed` say their state. */
import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Session } from "../core/session.ts";
import { t } from "./words/index.ts";
import { IconButton, Menu, Notice } from "../ui/index.ts";
import { unread } from "./Chat.tsx";
import { report } from "./refusal.ts";
import { Support } from "./Support.tsx";
import type { Toolbox } from "../tools/toolbox.ts";
import { t as tool } from "../tools/words/index.ts";

export interface ControlsProps {
  session: Session;
  sharing: boolean;
  chatOpen: boolean;
  onChat: () => void;
  onLeave: () => void;
  tools: Toolbox;
  more?: ComponentChildren;
}

export function Controls({ session, sharing, chatOpen, onChat, onLeave, tools, more }: ControlsProps) {
  const [missing, setMissing] = useState<"microphone" | "camera" | null>(null);
  const wanted = useComputed(() => session.state.value.wanted).value;
  const you = useComputed(() => session.state.value.room?.you).value;
  const fresh = useComputed(() => unread(session.state.value)).value;
  /** An exercise is guided: what others write can wait. */
  const undisturbed = useComputed(() => session.state.value.room?.quiet === "guided").value && !you?.may.includes("quiet");
  const { devices } = session;
  const microphone = wanted.microphone && devices.microphone.value !== null && !devices.interrupted.microphone.value;
  const camera = wanted.camera && devices.camera.value !== null && !devices.interrupted.camera.value;
  const speaks = you?.may.includes("speak") ?? false;

  async function toggle(kind: "microphone" | "camera", on: boolean): Promise<void> {
    await session.want({ [kind]: on });
    if (on && devices.interrupted[kind].value) await devices.again(kind);
    setMissing(on && session.devices[kind].value === null ? kind : null);
  }

  return (
    <footer class="controls">
      {missing && (
        <Notice
          tone="warn"
          role="alert"
          action={<IconButton icon="close" label={t("close")} onClick={() => setMissing(null)} />}
        >
          {t(`call_${missing}_${session.devices.problem[missing].value === "denied" ? "denied" : "missing"}`)}
        </Notice>
      )}
      <div class="bar" id="controls" tabIndex={-1} role="group" aria-label={t("call_controls")}>
      {speaks && (
        <>
          <IconButton
            data-testid="mic"
            icon={microphone ? "mic" : "micOff"}
            label={t("call_mic")}
            caption={t("call_mic")}
            pressed={microphone}
            tone={microphone ? undefined : "off"}
            onClick={() => void toggle("microphone", !microphone)}
          />
          <IconButton
            data-testid="camera"
            icon={camera ? "camera" : "cameraOff"}
            label={t("call_camera")}
            caption={t("call_camera")}
            pressed={camera}
            tone={camera ? undefined : "off"}
            onClick={() => void toggle("camera", !camera)}
          />
          <IconButton
            data-testid="hand"
            icon="hand"
            label={t("call_hand")}
            caption={t("call_hand_caption")}
            pressed={you?.hand ?? false}
            tone={you?.hand ? "on" : undefined}
            onClick={() => void session.command("hand", { raised: !you?.hand }).then(report)}
          />
        </>
      )}
      {you?.may.includes("moment") && (
        <IconButton
          data-testid="moment"
          icon="moment"
          label={t("moment")}
          caption={t("moment_caption")}
          onClick={() => void session.command("moment", { on: true }).then(report)}
        />
      )}
      {you?.may.includes("call_help") && <Support session={session} noted={you.noted} />}
      <IconButton
        data-testid="chat-open"
        icon="chat"
        label={t("call_chat")}
        caption={t("call_chat")}
        aria-expanded={chatOpen}
        tone={chatOpen ? "on" : undefined}
        badge={chatOpen || undisturbed ? 0 : fresh}
        onClick={onChat}
      />
      {speaks && "getDisplayMedia" in (navigator.mediaDevices ?? {}) && (
        <IconButton
          data-testid="screen"
          icon={sharing ? "screenOff" : "screen"}
          label={t("call_screen")}
          caption={t("call_screen_caption")}
          pressed={sharing}
          tone={sharing ? "on" : undefined}
          onClick={() => void session.want({ screen: !sharing })}
        />
      )}
      {tools.offered.length > 0 && (
        <Menu
          data-testid="tools"
          icon="tools"
          label={tool("title")}
          caption={tool("title")}
          items={tools.offered.map((entry) => ({
            label: tool(entry.label),
            icon: entry.icon,
            testid: `tools-${entry.tool}`,
            act: () => tools.open(entry),
          }))}
        />
      )}
      {more}
      <IconButton data-testid="leave" icon="leave" label={t("call_leave")} caption={t("call_leave")} tone="danger" onClick={onLeave} />
      </div>
    </footer>
  );
}
