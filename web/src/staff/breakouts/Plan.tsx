/**
 * Who goes to which room: before the rooms are opened as a proposal, which can be dealt, remembered and changed by
 * hand, and sent as a whole; while they are open each change is made at once. One select for each person, because
 * dragging is not for everybody.
 */
import { useState } from "preact/hooks";
import type { Answer, Session } from "../../core/session.ts";
import { Button, Dialog, Field } from "../../ui/index.ts";
import type { Participant, RoomView } from "../../wire.ts";
import { asBefore, byChance, deal, MOST, roomsFor } from "./deal.ts";
import type { Placing } from "./deal.ts";
import { t } from "./words/index.ts";

export interface PlanProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: (asked: Promise<Answer>) => void;
  readonly onClose: () => void;
}

const MINUTES = [3, 5, 8, 10, 15, 20, 30, 45];
const USUAL = 10;

export default function Plan(props: PlanProps) {
  return props.room.breakouts === null ? <Proposal {...props} /> : <Live {...props} rooms={props.room.breakouts.rooms} />;
}

function Proposal({ session, room, act, onClose }: PlanProps) {
  const clients = room.members.filter(isClient);
  const members = clients.map((one) => one.member);
  const [rooms, setRooms] = useState(() => roomsFor(members.length));
  const [placing, setPlacing] = useState<Placing>(() => deal(members, roomsFor(members.length), byChance));
  const [minutes, setMinutes] = useState(USUAL);
  const [said, setSaid] = useState("");
  const place = (next: Placing, why = "") => {
    setPlacing(next);
    setSaid(why);
  };
  const resize = (count: number) => {
    setRooms(count);
    place(deal(members, count, byChance));
  };
  const remember = async () => {
    const answer = await session.command("remembered", {});
    if (!answer.ok) return setSaid(t("remembered_failed"));
    if (answer.source === "") return setSaid(t("remembered_nothing"));
    const before = new Map(answer.placed.map((one) => [one.member, one.room]));
    const count = Math.min(MOST, Math.max(2, ...before.values()));
    setRooms(count);
    place(asBefore(members, before, count, byChance), t(answer.source === "session" ? "remembered_session" : "remembered_meeting"));
  };
  const start = () => {
    const placed = [...placing].filter(([, where]) => where > 0).map(([member, where]) => ({ member, room: where }));
    act(session.command("breakouts", { rooms, placed, minutes: minutes || null }));
    onClose();
  };
  return (
    <Dialog
      title={t("title")}
      closeLabel={t("close")}
      onClose={onClose}
      data-testid="breakouts-plan"
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" disabled={members.length === 0} onClick={start} data-testid="breakouts-start">
            {t("start")}
          </Button>
        </>
      }
    >
      <div class="stack breakouts-plan">
        <div class="breakouts-fields">
          <Field
            kind="select"
            label={t("how_many")}
            value={String(rooms)}
            onChange={(event) => resize(Number(event.currentTarget.value))}
            data-testid="breakouts-rooms"
          >
            {Array.from({ length: MOST }, (_, at) => (
              <option key={at} value={at + 1}>
                {t("rooms", { n: at + 1 })}
              </option>
            ))}
          </Field>
          <Field
            kind="select"
            label={t("time")}
            hint={t("time_why")}
            value={String(minutes)}
            onChange={(event) => setMinutes(Number(event.currentTarget.value))}
            data-testid="breakouts-minutes"
          >
            <option value="0">{t("open_ended")}</option>
            {MINUTES.map((n) => (
              <option key={n} value={n}>
                {t("minutes", { n })}
              </option>
            ))}
          </Field>
        </div>
        <div class="row" role="group" aria-label={t("place")}>
          <Button onClick={() => place(deal(members, rooms, byChance))} data-testid="breakouts-shuffle">
            {t("shuffle")}
          </Button>
          <Button onClick={() => void remember()} data-testid="breakouts-remember">
            {t("remember")}
          </Button>
          <Button onClick={() => place(new Map())} data-testid="breakouts-nobody">
            {t("nobody")}
          </Button>
        </div>
        <p class="small soft" role="status" data-testid="breakouts-said">
          {said}
        </p>
        <People room={room} rooms={rooms} where={(one) => placing.get(one.member) ?? 0} onPlace={(one, to) => place(new Map([...placing, [one.member, to]]))} />
        <p class="small soft">{t("counts")}</p>
      </div>
    </Dialog>
  );
}

function Live({ session, room, rooms, act, onClose }: PlanProps & { rooms: number }) {
  return (
    <Dialog
      title={t("title_live")}
      closeLabel={t("close")}
      onClose={onClose}
      data-testid="breakouts-plan"
      footer={
        <Button look="primary" onClick={onClose} data-testid="breakouts-done">
          {t("done")}
        </Button>
      }
    >
      <div class="stack breakouts-plan">
        <People
          room={room}
          rooms={rooms}
          where={(one) => one.breakout ?? 0}
          onPlace={(one, to) => act(session.command("place", { placed: [{ member: one.member, room: to }] }))}
        />
      </div>
    </Dialog>
  );
}

interface PeopleProps {
  readonly room: RoomView;
  readonly rooms: number;
  readonly where: (one: Participant) => number;
  readonly onPlace: (one: Participant, room: number) => void;
}

function People({ room, rooms, where, onPlace }: PeopleProps) {
  const clients = room.members.filter(isClient);
  const others = room.members.filter((one) => !isClient(one));
  const counts = Array.from({ length: rooms + 1 }, (_, at) => clients.filter((one) => where(one) === at).length);
  if (clients.length === 0) return <p>{t("no_clients")}</p>;
  const rows = (people: readonly Participant[]) =>
    people.map((one) => (
      <li key={one.member}>
        <span class="who">
          <strong class="alias">{one.alias}</strong>
          {one.legal_name !== null && one.legal_name !== "" && one.legal_name !== one.alias && <span class="soft small">{one.legal_name}</span>}
        </span>
        <select
          class="input"
          aria-label={t("where", { name: one.alias })}
          value={String(where(one))}
          onChange={(event) => onPlace(one, Number(event.currentTarget.value))}
          data-testid={`breakout-of-${one.member}`}
        >
          {Array.from({ length: rooms + 1 }, (_, at) => (
            <option key={at} value={at}>
              {called(at)}
            </option>
          ))}
        </select>
      </li>
    ));
  return (
    <>
      <p class="small breakouts-sizes" data-testid="breakouts-sizes">
        {counts.map((n, at) => (
          <span key={at}>{t("sizes", { room: called(at), n })}</span>
        ))}
      </p>
      <ul class="breakouts-people" aria-label={t("people")}>
        {rows(clients)}
      </ul>
      <h3 class="small">{t("staff")}</h3>
      <ul class="breakouts-people" aria-label={t("staff")}>
        {rows(others)}
      </ul>
    </>
  );
}

export function called(room: number): string {
  return room === 0 ? t("main") : t("room", { room });
}

function isClient(one: Participant): boolean {
  return one.role === "client" || one.role === "collateral";
}
