/**
 * In the place of the pictures while a host looks in on somebody who waits: these two, and what comes next. Nobody of the
 * group is to be seen here, as the group does not see or hear what passes at the door.
 */
import { useEffect, useRef, useState } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import { announce, Button, Tile } from "../../ui/index.ts";
import type { AtTheDoor, Look, RoomView } from "../../wire.ts";
import { t } from "./words/index.ts";
import { admitAllTheSame, WithoutConsent } from "./WithoutConsent.tsx";

export interface LookingProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly look: Look;
  readonly act: (asked: Promise<Answer>) => void;
}

export function Looking({ session, room, look, act }: LookingProps) {
  const box = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [held, setHeld] = useState<AtTheDoor | null>(null);
  const { member, alias: name } = look;
  const { speaking, wanted } = session.state.value;
  const self = session.devices.selfView.value;
  const waits = room.waiting.find((one) => one.member === member) ?? null;
  useEffect(() => {
    announce(t("look_title", { name }));
    heading.current?.focus({ preventScroll: true });
    const element = box.current;
    if (!element) return;
    const tell = () => session.view([{ member, width: element.clientWidth }]);
    const sized = new ResizeObserver(tell);
    sized.observe(element);
    return () => sized.disconnect();
  }, [session, member]);
  const admit = () => {
    if (waits?.consent === "missing") setHeld(waits);
    else act(session.command("admit", { members: [member] }));
  };
  const nothing = !look.camera && !look.microphone;
  return (
    <section class="looking" aria-labelledby="looking-title" data-testid="looking">
      <div class="stack tight">
        <h2 id="looking-title" ref={heading} tabIndex={-1}>
          {t("look_title", { name })}
        </h2>
        <p class="small soft">{t("look_what", { name })}</p>
        <p class="small" role="status">
          {nothing ? t("look_nothing", { name }) : !look.camera ? t("look_no_picture", { name }) : !look.microphone ? t("look_no_sound", { name }) : ""}
        </p>
      </div>
      <div class="pictures">
        <div ref={box}>
          <Tile
            data-testid={`tile-${member}`}
            member={member}
            source="camera"
            name={name}
            stream={look.camera ? (session.pictures.value.get(`${member}/camera`) ?? null) : null}
            whole
            speaking={speaking.includes(member) && look.microphone}
            speakingLabel={t("look_speaking")}
            muted={look.microphone ? undefined : { label: t("look_muted") }}
          />
        </div>
        <Tile
          member={room.you.member}
          source="camera"
          you
          name={room.you.alias}
          stream={wanted.camera ? self : null}
          mirror
          muted={room.you.microphone ? undefined : { label: t("look_muted") }}
        />
      </div>
      <div class="row">
        <Button look="primary" icon="door" onClick={admit} data-testid="look-admit">
          {t("look_let_in")}
          <span class="unseen">: {name}</span>
        </Button>
        <Button icon="close" onClick={() => act(session.command("look_in", { member, on: false }))} data-testid="look-stop">
          {t("look_stop")}
        </Button>
      </div>
      {held !== null && (
        <WithoutConsent
          whom={held}
          onClose={() => setHeld(null)}
          onAdmit={(reason) => {
            setHeld(null);
            act(admitAllTheSame(session, held.member, reason));
          }}
          onTry={() => {
            setHeld(null);
            act(session.command("admit", { members: [held.member] }));
          }}
        />
      )}
    </section>
  );
}
