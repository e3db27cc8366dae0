/**
 * The go-around: a line above the pictures for everybody, with what one may do oneself; the order and its changes in the
 * panel of those who lead. Whose turn it is is also seen on the picture (call/Turn.tsx) and in the middle of the circle.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { useNow } from "../../call/now.ts";
import { report } from "../../call/refusal.ts";
import { clock } from "../../call/Turn.tsx";
import { announce, Button, Check, Field, Icon, Menu, type IconName, type MenuItem } from "../../ui/index.ts";
import type { Move, RoomView, RoundsOne, RoundsSeen } from "../../wire.ts";
import type { ToolProps } from "../registry.ts";
import { tone } from "../tone.ts";
import { t } from "./words/index.ts";
import "./rounds.css";

const MINUTES = [0, 1, 2, 3, 4, 5];

function openIn({ seen }: ToolProps): RoundsSeen | null {
  return seen?.tool === "rounds" && seen.open ? seen : null;
}

function nameOf(room: RoomView, member: number): string {
  return room.members.find((one) => one.member === member)?.alias ?? t("somebody");
}

/** Who comes next as things stand: away people are passed over until they are back. */
export function following(seen: RoundsSeen, room: RoomView): number | null {
  const here = new Set(room.members.filter((one) => one.near).map((one) => one.member));
  return seen.people.find((one) => one.turn === "to_come" && here.has(one.member))?.member ?? null;
}

function Strip(props: ToolProps) {
  const { session, room, leads } = props;
  const seen = openIn(props);
  const now = seen?.people.find((one) => one.turn === "now")?.member ?? 0;
  const me = room.you.member;
  const time = useNow(session);
  const left = seen && seen.seconds > 0 && now ? seen.began + seen.seconds * 1000 - time : null;
  const over = left !== null && left <= 0;
  const watched = useRef(false);
  useEffect(() => {
    if (now) announce(now === me ? t("say_turn_you") : t("say_turn", { name: nameOf(room, now) }), now === me ? "assertive" : "polite");
    watched.current = false;
  }, [now, seen?.began]);
  useEffect(() => {
    // Who comes while the time is long over hears nothing of it.
    if (over && watched.current && (now === me || leads)) {
      void tone();
      if (now === me) announce(t("say_over"));
    }
    watched.current = !over;
  }, [over, now, seen?.began]);
  if (!seen) return null;
  const use = (move: Move) => void session.use(move).then(report);
  const next = following(seen, room);
  const mine = seen.people.find((one) => one.member === me)?.turn;
  const present = room.members.some((one) => one.member === now && one.near);
  return (
    <section class="tool-bar rounds" aria-label={t("bar")} data-testid="rounds-bar">
      {seen.topic && <p class="asked">{seen.topic}</p>}
      <p>
        {now ? (
          <>
            <strong>{now === me ? t("speaks_you") : t(present ? "speaks" : "gone", { name: nameOf(room, now) })}</strong>
            {left !== null && <span class="time">{over ? t("no_hurry") : t("left", { time: clock(left) })}</span>}
            {next !== null && <span class="soft">{next === me ? t("then_you") : t("then", { name: nameOf(room, next) })}</span>}
          </>
        ) : (
          <strong>{t("over")}</strong>
        )}
      </p>
      <div class="row">
        {now === me && (
          <Button look="primary" onClick={() => use({ do: "rounds.next", after: me })} data-testid="rounds-done">
            {t("done")}
          </Button>
        )}
        {(mine === "now" || mine === "to_come") && (
          <Button onClick={() => use({ do: "rounds.pass" })} data-testid="rounds-pass">
            {t("pass")}
          </Button>
        )}
        {mine === "passed" && (
          <Button onClick={() => use({ do: "rounds.back" })} data-testid="rounds-back">
            {t("back")}
          </Button>
        )}
        {leads && now !== me && (now !== 0 || next !== null) && (
          <Button look="primary" icon="next" onClick={() => use({ do: "rounds.next", after: now })} data-testid="rounds-next">
            {next === null ? t("next_last") : t("next", { name: nameOf(room, next) })}
          </Button>
        )}
      </div>
    </section>
  );
}

function Panel(props: ToolProps) {
  const { session, room, leads } = props;
  const seen = openIn(props);
  if (!seen) return leads ? <Begin {...props} /> : null;
  return (
    <>
      {seen.topic && <p class="topic">{seen.topic}</p>}
      <ol class="turns" aria-label={t("order")}>
        {seen.people.map((one) => (
          <One key={one.member} one={one} name={nameOf(room, one.member)} leads={leads} use={(move) => void session.use(move).then(report)} />
        ))}
      </ol>
      {leads && (
        <Button onClick={() => void session.use({ do: "rounds.stop" }).then(report)} data-testid="rounds-stop">
          {t("stop")}
        </Button>
      )}
    </>
  );
}

const SIGN: Record<RoundsOne["turn"], IconName> = { now: "sound", to_come: "clock", done: "check", passed: "next", skipped: "close" };

function One({ one: { member, turn }, name, leads, use }: { one: RoundsOne; name: string; leads: boolean; use: (move: Move) => void }) {
  const items: MenuItem[] = [];
  if (leads && turn === "to_come") {
    items.push({ label: t("sooner"), icon: "next", testid: `sooner-${member}`, act: () => use({ do: "rounds.put", member, place: "next" }) });
    items.push({ label: t("later"), icon: "clock", testid: `later-${member}`, act: () => use({ do: "rounds.put", member, place: "last" }) });
  }
  if (leads && (turn === "to_come" || turn === "now")) {
    items.push({ label: t("skip"), icon: "close", testid: `skip-${member}`, act: () => use({ do: "rounds.skip", member }) });
  }
  return (
    <li data-turn={turn} aria-current={turn === "now" ? "step" : undefined} data-testid={`turn-${member}`}>
      <Icon name={SIGN[turn]} />
      <span class="who">{name}</span>
      <span class="small soft">{t(`turn_${turn}`)}</span>
      {items.length > 0 && <Menu label={t("more", { name })} items={items} data-testid={`turn-more-${member}`} />}
    </li>
  );
}

function Begin({ session }: ToolProps) {
  const [topic, setTopic] = useState("");
  const [minutes, setMinutes] = useState(2);
  const [hosts, setHosts] = useState(false);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void session.use({ do: "rounds.start", seconds: minutes * 60, hosts, topic }).then(report);
      }}
    >
      <p class="soft">{t("lead")}</p>
      <Field label={t("topic")} hint={t("topic_hint")} name="topic" value={topic} maxLength={200} onInput={(event) => setTopic(event.currentTarget.value)} />
      <Field kind="select" label={t("each")} name="minutes" value={minutes} onChange={(event) => setMinutes(Number(event.currentTarget.value))}>
        {MINUTES.map((n) => (
          <option key={n} value={n}>
            {n === 0 ? t("each_none") : t("each_minutes", { n })}
          </option>
        ))}
      </Field>
      <Check label={t("hosts")} checked={hosts} onChange={setHosts} />
      <div>
        <Button look="primary" type="submit" data-testid="rounds-start">
          {t("start")}
        </Button>
      </div>
    </form>
  );
}

export default { Panel, Strip };
