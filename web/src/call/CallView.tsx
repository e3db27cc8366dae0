/**
 * The room, for whoever is in it: gallery, controls, chat, and what has to be said about the connection.
 *
 * Clients and staff see the same view. A host's actions appear because `you.may` names them, never because of the page;
 * what only staff have (who waits, notes) is given as `side` and `controls` by their page. It draws the state of a
 * `Session` and asks it for things; it owns no connection.
 */
import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Session } from "../core/session.ts";
import { applyComfort } from "../comfort/comfort.ts";
import { ComfortButton, useComfort } from "../comfort/ComfortButton.tsx";
import type { Participant } from "../wire.ts";
import { fetched } from "../ui/fetched.tsx";
import { Button, Dialog, Icon, IconButton, LiveRegion, type MenuItem } from "../ui/index.ts";
import { announceChanges } from "./announcements.ts";
import { wish as captions } from "./captions/wish.ts";
import { Banners } from "./Banners.tsx";
import { Breakout } from "./Breakout.tsx";
import { Chat } from "./Chat.tsx";
import { Controls } from "./Controls.tsx";
import { Held } from "./Held.tsx";
import { DeviceDialog } from "./devices/index.ts";
import { Gallery, shownHere } from "./Gallery.tsx";
import { layout } from "./layout.ts";
import { Order } from "./order/Order.tsx";
import { report } from "./refusal.ts";
import { Sound } from "./Sound.tsx";
import { ToolPanel } from "../tools/ToolPanel.tsx";
import { useToolbox } from "../tools/toolbox.ts";
import { keepAwake } from "./wake.ts";
import { Goodbye } from "../tools/goodbye/Goodbye.tsx";
import { t } from "./words/index.ts";
import { t as way } from "../text/client.ts";
import "../ui/icons.ts";
import "../comfort/comfort.css";
import "./call.css";
import "./guided.css";

/** Nobody waits for the words: they come when they are there. */
const Captions = fetched(() => import("./captions/Captions.tsx").then((module) => module.Captions));
const Moment = fetched(
  () => import("./Moment.tsx").then((module) => module.Moment),
  () => <Held />,
);

export interface CallViewProps {
  session: Session;
  /** A panel beside the gallery; over it where there is no room beside. */
  side?: ComponentChildren;
  /** More buttons for the control bar. */
  controls?: ComponentChildren;
  /** More that may be done with a person, for their tile's menu. */
  actions?: ((one: Participant) => MenuItem[]) | undefined;
  /** In the place of the pictures and of what is shown beside them. */
  stage?: ComponentChildren;
  /** What is more urgent than anything else here. */
  above?: ComponentChildren;
  /** One of those actions that has a button of its own on the tile. */
  quick?: ((one: Participant) => MenuItem | null) | undefined;
  /** Instead of asking and leaving. */
  onLeave?: (() => void) | undefined;
  /** The quick way out, for those who may need one. */
  onExit?: (() => void) | undefined;
}

type Open = "leave" | "devices" | { remove: number; name: string } | null;

export function CallView({ session, stage, side, controls, actions, above, quick, onLeave, onExit }: CallViewProps) {
  const [chatOpen, setChatOpen] = useState(false);
  const [open, setOpen] = useState<Open>(null);
  const room = useComputed(() => session.state.value.room).value;
  const screens = useComputed(() => session.state.value.wanted.screen);

  const box = useToolbox(session, room);

  useEffect(() => announceChanges(session), [session]);
  useEffect(() => keepAwake(), []);
  useEffect(() => applyComfort(), []);
  useEffect(() => {
    if (onExit) Moment.ahead();
  }, [onExit]);

  const comfort = useComfort(true);
  const heading = useRef<HTMLHeadingElement>(null);
  // What had the focus is gone with the screen before.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);

  if (!room) return null;
  if (room.you.apart === "private") return <Held />;
  const close = () => setOpen(null);
  const Stage = box.stage?.parts?.Stage;
  const others = shownHere(room).filter((one) => !one.you);
  /** Somebody has the large place beside the gallery. */
  const large = others.some((one) => one.screen) || (layout.value.show === "speaker" && others.length > 0 && !Stage);
  const exit = onExit && (
    <button type="button" class="button quickexit" data-look="quiet" title={way("exit_hint")} data-testid="quick-exit" onClick={onExit}>
      <Icon name="exit" />
      <span>{way("exit")}</span>
    </button>
  );
  const leaving = open === "leave" && (
    <Dialog
      title={t("call_leave_title")}
      closeLabel={t("close")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{t("call_stay")}</Button>
          <Button look="danger" data-testid="leave-confirm" onClick={() => void session.leave()}>
            {t("call_leave")}
          </Button>
        </>
      }
    >
      <p>{t("call_leave_what")}</p>
    </Dialog>
  );
  if (room.you.apart === "moment") {
    return (
      <Moment session={session} onLeave={onLeave ?? (() => setOpen("leave"))} corner={<div class="corner">{exit}<ComfortButton /></div>}>
        {leaving}
      </Moment>
    );
  }
  return (
    <div class="call" data-testid="call" data-quiet={room.quiet || undefined}>
      <a class="skip" href="#controls">
        {t("call_skip")}
      </a>
      <LiveRegion />
      <header class="top">
        {exit}
        <p class="small soft">{t("call_people", { n: shownHere(room).length })}</p>
        {comfort.button}
        <IconButton icon="gear" label={t("call_devices")} onClick={() => setOpen("devices")} data-testid="devices-open" />
      </header>
      {above}
      <Goodbye session={session} />
      <Banners session={session} />
      <Order session={session} />
      {!room.you.may.includes("breakouts") && <Breakout session={session} room={room} />}
      {box.strips.map(({ entry, seen, parts }) => {
        const Strip = parts?.Strip;
        return Strip && <Strip key={entry.tool} session={session} room={room} seen={seen} leads={box.leads(entry)} />;
      })}
      <div class="middle">
        <main class="stage" data-screen={large || undefined} data-tool={box.stage?.entry.tool}>
          <h1 class="unseen" ref={heading} tabIndex={-1}>{t("call_title")}</h1>
          {stage ?? (
            <>
              {Stage && box.stage && (
                <div class="tool-stage">
                  <Stage session={session} room={room} seen={box.stage.seen} leads={box.leads(box.stage.entry)} />
                </div>
              )}
              <Gallery
                session={session}
                onMute={(member) => void session.command("mute", { member }).then(report)}
                more={actions}
                quick={quick}
                taken={Stage !== undefined}
                onRemove={(member, name) => setOpen({ remove: member, name })}
              />
            </>
          )}
          {captions.value.on && <Captions session={session} />}
        </main>
        {side}
        {box.panel && <ToolPanel session={session} room={room} box={box} shown={box.panel} />}
        <Chat session={session} open={chatOpen} onClose={() => setChatOpen(false)} />
      </div>
      <Sound session={session} />
      <Controls
        session={session}
        sharing={screens.value}
        chatOpen={chatOpen}
        onChat={() => setChatOpen(!chatOpen)}
        onLeave={onLeave ?? (() => setOpen("leave"))}
        tools={box}
        more={controls}
      />
      {open === "devices" && <DeviceDialog devices={session.devices} saving={session.saving} onClose={close} />}
      {comfort.dialog}
      {leaving}
      {open && typeof open === "object" && (
        <Dialog
          title={t("remove_title", { name: open.name })}
          closeLabel={t("close")}
          onClose={close}
          footer={
            <>
              <Button onClick={close}>{t("cancel")}</Button>
              <Button
                look="danger"
                data-testid="remove-confirm"
                onClick={() => {
                  close();
                  void session.command("remove", { member: open.remove }).then(report);
                }}
              >
                {t("remove_confirm")}
              </Button>
            </>
          }
        >
          <p>{t("remove_what")}</p>
        </Dialog>
      )}
    </div>
  );
}
