/** The bell: begun by whoever leads, rung on every page by itself, with a quiet countdown that everybody has. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { announce, Button, Check, Field, Icon } from "../../ui/index.ts";
import type { BellSeen, Sitting } from "../../wire.ts";
import { Guide } from "../Guide.tsx";
import type { ToolProps } from "../registry.ts";
import { openRinging, volume, type Ringing } from "./ringing.ts";
import { clock, where, type Where } from "./strikes.ts";
import { t } from "./words/index.ts";
import "./bell.css";

const MINUTES = [1, 3, 5, 10, 15, 20, 30, 45];
const BETWEEN = [0, 1, 2, 3, 5, 10];
const SILENT = [0, 5, 10, 30, 60];
const SOUNDS: readonly Sitting["sound"][] = ["bowl", "chime", "wood"];

/** The strip rings; the panel may borrow its sound for a trial. */
let ringing: Ringing | null = null;

function bell(seen: ToolProps["seen"]): BellSeen | null {
  return seen?.tool === "bell" ? seen : null;
}

/** Where a sitting stands, looked at four times a second so that seconds change when they should. */
function useWhere(session: ToolProps["session"], sitting: Sitting | null): Where | null {
  const [now, setNow] = useState(() => session.now());
  useEffect(() => {
    if (!sitting) return;
    setNow(session.now());
    const timer = setInterval(() => setNow(session.now()), 250);
    return () => clearInterval(timer);
  }, [session, sitting]);
  return sitting && where(sitting, now);
}

function Strip(props: ToolProps) {
  const now = bell(props.seen);
  return now && <Rung {...props} now={now} />;
}

function Rung({ session, leads, now }: ToolProps & { now: BellSeen }) {
  const { sitting } = now;
  const at = useWhere(session, sitting);
  const own = useMemo(() => (ringing = openRinging(() => session.now())), [session]);
  const key = JSON.stringify(now);
  useEffect(() => own.follow(now), [own, key]);
  useEffect(
    () => () => {
      if (ringing === own) ringing = null;
      own.close();
    },
    [own],
  );
  const said = useRef<Where["phase"] | null>(null);
  useEffect(() => {
    const phase = at?.phase ?? null;
    // Only its beginning and its end are put into words: in between it should be quiet for those who listen, too.
    if (phase === "preparing" && said.current === null && at) announce(t("say_soon", { n: at.left }));
    if (phase === "sitting" && said.current !== "sitting" && at) announce(t("say_begun", { n: Math.ceil(at.left / 60) }));
    if (phase === "over" && said.current === "sitting") announce(t("say_over"));
    said.current = phase;
  }, [at?.phase]);
  if (!at || !sitting) return own.blocked.value ? <Blocked own={own} /> : null;
  const held = sitting.since === null;
  return (
    <section class="bellstrip" aria-label={t("title")} data-testid="bell-strip">
      <Icon name="bell" />
      <p class="small">{held ? t("held") : t(at.phase)}</p>
      {at.phase !== "over" && (
        <p class="left" role="timer" aria-label={t("left", { time: clock(at.left) })} data-testid="bell-left">
          {clock(at.left)}
        </p>
      )}
      <label class="small">
        <span class="unseen">{t("volume")}</span>
        <Icon name="sound" />
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={volume.value}
          onInput={(event) => (volume.value = Number(event.currentTarget.value))}
          data-testid="bell-volume"
        />
      </label>
      {leads && at.phase === "over" && (
        <Button look="plain" onClick={() => void session.use({ do: "bell.end" }).then(report)}>
          {t("away")}
        </Button>
      )}
      {own.blocked.value && <Blocked own={own} />}
    </section>
  );
}

function Blocked({ own }: { own: Ringing }) {
  return (
    <div class="bellstrip">
      <Button icon="sound" onClick={() => own.unblock()}>
        {t("unblock")}
      </Button>
    </div>
  );
}

function Panel({ session, room, seen }: ToolProps) {
  const sitting = bell(seen)?.sitting ?? null;
  const at = useWhere(session, sitting);
  const [minutes, setMinutes] = useState(10);
  const [every, setEvery] = useState(0);
  const [silent, setSilent] = useState(5);
  const [sound, setSound] = useState<Sitting["sound"]>("bowl");
  const [first, setFirst] = useState(true);
  const [last, setLast] = useState(true);
  const use = (move: Parameters<typeof session.use>[0]) => void session.use(move).then(report);
  const ring = (
    <Button icon="bell" data-testid="bell-ring" onClick={() => use({ do: "bell.ring", sound })}>
      {t("ring")}
    </Button>
  );
  if (sitting && at && at.phase !== "over") {
    return (
      <>
        <p class="bellclock">{clock(at.left)}</p>
        <p class="soft">{sitting.since === null ? t("held") : t(at.phase)}</p>
        <div class="row">
          {sitting.since === null ? (
            <Button look="primary" icon="play" data-testid="bell-resume" onClick={() => use({ do: "bell.resume" })}>
              {t("resume")}
            </Button>
          ) : (
            <Button icon="pause" data-testid="bell-pause" onClick={() => use({ do: "bell.pause" })}>
              {t("pause")}
            </Button>
          )}
          {ring}
          <Button look="danger" data-testid="bell-end" onClick={() => use({ do: "bell.end" })}>
            {t("end")}
          </Button>
        </div>
        <Guide session={session} room={room} />
      </>
    );
  }
  const select = (label: string, value: number, of: readonly number[], say: (n: number) => string, set: (n: number) => void, id: string) => (
    <Field kind="select" label={label} value={value} data-testid={id} onChange={(event) => set(Number(event.currentTarget.value))}>
      {of.map((n) => (
        <option key={n} value={n}>
          {say(n)}
        </option>
      ))}
    </Field>
  );
  return (
    <>
      <div class="bellfields">
        {select(t("length"), minutes, MINUTES, (n) => t("minutes", { n }), setMinutes, "bell-length")}
        {select(t("every"), every, BETWEEN, (n) => (n ? t("minutes", { n }) : t("none")), setEvery, "bell-every")}
        {select(t("silent"), silent, SILENT, (n) => (n ? t("seconds", { n }) : t("none")), setSilent, "bell-silent")}
        <Field kind="select" label={t("sound")} value={sound} onChange={(event) => setSound(event.currentTarget.value as Sitting["sound"])}>
          {SOUNDS.map((one) => (
            <option key={one} value={one}>
              {t(`sound_${one}`)}
            </option>
          ))}
        </Field>
      </div>
      <Check label={t("first")} checked={first} onChange={setFirst} />
      <Check label={t("last")} checked={last} onChange={setLast} />
      <div class="row">
        <Button
          look="primary"
          icon="play"
          data-testid="bell-begin"
          onClick={() =>
            use({ do: "bell.begin", length: minutes * 60, every: every * 60, preparation: silent, sound, first, last })
          }
        >
          {t("begin")}
        </Button>
        {ring}
        <Button look="plain" onClick={() => ringing?.preview(sound)}>
          {t("hear")}
        </Button>
      </div>
      <Guide session={session} room={room} />
      <p class="small soft">{t("what")}</p>
    </>
  );
}

export default { Panel, Strip };
