/** The middle of the circle: what the group is at, where everybody can see it. Empty it is a plain table. */
import { useComputed } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../core/session.ts";
import type { RoomView } from "../wire.ts";
import type { Circle } from "./arrange.ts";
import { place } from "./place.ts";
import { turnOf } from "./Turn.tsx";
import { t } from "./words/index.ts";

interface TableProps {
  session: Session;
  room: RoomView | null;
  centre: NonNullable<Circle["centre"]>;
  rim: number;
}

export function Table({ session, room, centre, rim }: TableProps) {
  const box = useRef<HTMLDivElement>(null);
  const turn = useComputed(() => turnOf(session.state.value.tools)).value;
  const name = room?.members.find((one) => one.member === turn?.member)?.alias;
  useLayoutEffect(() => {
    if (box.current) place(box.current, { ...centre, x: centre.x + rim, y: centre.y + rim });
  });
  return (
    <div class="table" ref={box}>
      {turn && (
        <p>
          {turn.topic && <strong>{turn.topic}</strong>}
          {name && <span>{t("turn_of", { name })}</span>}
        </p>
      )}
    </div>
  );
}
