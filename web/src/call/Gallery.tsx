/**
 * Everybody who is seated, in seating order, oneself included; and what is large beside them: a screen that somebody
 * shares, or whoever is in the spotlight. How it is laid out is said by the kind of session (seats.ts, arrange.ts).
 *
 * It tells the session which tiles are really visible and how wide they are, so that the server sends those pictures
 * and no others.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Participant, RoomView } from "../wire.ts";
import type { Session } from "../core/session.ts";
import { t } from "./words/index.ts";
import { Button, IconButton, Menu, Tile, type MenuItem, type TileMark } from "../ui/index.ts";
import { arrange, around } from "./arrange.ts";
import { chosen, layout as wish } from "./layout.ts";
import { place } from "./place.ts";
import { seating } from "./seats.ts";
import { Table } from "./Table.tsx";
import { TurnRing, turnOf } from "./Turn.tsx";

export interface GalleryProps {
  session: Session;
  onMute: (member: number) => void;
  onRemove: (member: number, name: string) => void;
  /** What else the viewer may do with this person. */
  more?: ((one: Participant) => MenuItem[]) | undefined;
  /** One thing that has a button of its own on the tile. */
  quick?: ((one: Participant) => MenuItem | null) | undefined;
  /** Something else has the large place. */
  taken?: boolean;
}

/** As in call.css. */
const GAP = 12;
/** CSS pixels: what is narrower is a phone's screen, or the strip beside something large. */
const STRIP_WIDTH = 600;
/** Whether one's own picture is small where two are large; remembered by this browser. */
const SMALL = "own-small";

export function Gallery({ session, onMute, onRemove, more, quick, taken = false }: GalleryProps) {
  const box = useRef<HTMLDivElement>(null);
  const screenBox = useRef<HTMLDivElement>(null);
  const largeBox = useRef<HTMLDivElement>(null);
  const space = useSignal({ width: 0, height: 0 });
  const small = useSignal(localStorage.getItem(SMALL) === "yes");
  const all = useSignal(false);
  const room = useComputed(() => session.state.value.room).value;
  const speaking = useComputed(() => session.state.value.speaking).value;
  const link = useComputed(() => session.state.value.link).value;
  const tools = useComputed(() => session.state.value.tools).value;
  const everybody = shownHere(room);
  const front = useRef<number | null>(null);
  const shared = everybody.find((one) => one.screen && !one.you);
  const lit = everybody.find((one) => one.member === room?.spotlight) ?? null;
  // While one voice leads, the others step back, also to the eye.
  const guide = room?.quiet === "guided" ? (lit ?? everybody.find((one) => one.role === "facilitator") ?? null) : null;
  const beside = taken || shared !== undefined;
  // What somebody wishes to see comes before what the kind of session suggests, and the spotlight before both.
  const wished = chosen(wish.value, everybody, speaking, front.current, beside || lit !== null);
  front.current = wished.large?.member ?? null;
  const pictures = session.pictures.value;
  const selfView = session.devices.selfView.value;
  const cameraWanted = useComputed(() => session.state.value.wanted.camera).value;
  const may = room?.you.may ?? [];
  const hands = everybody.filter((one) => one.hand !== null).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0));
  const kind = room?.profile.layout ?? "circle";
  const seated = seating(wished.tiles, wished.large ? "circle" : kind, taken ? null : lit, { beside, all: all.value || may.includes("admit") });
  const large = wished.large ?? seated.large;
  const { others, hidden } = seated;
  const { width, height } = space.value;
  const strip = beside || large !== null;
  const pair = kind === "pair" && !strip && others.length === 2;
  const tucked = pair && small.value;
  const circle = kind === "circle" && !strip ? around(others.length, width - 2 * RIM, height - 2 * RIM, GAP) : null;
  const layout = arrange(tucked ? others.length - 1 : others.length, width, height, GAP);
  // Beside something large, on a phone: one row that scrolls sideways.
  const row = strip && width > height * 1.6 && height < STRIP_WIDTH / 2;
  const scrolls = circle === null && (row || layout.scrolls || kind === "calm");
  const seats = [large, ...others].map((one) => one?.member).join();
  const turn = turnOf(tools);

  useLayoutEffect(() => {
    Array.from(box.current?.children ?? []).forEach((child, seat) => {
      const at = circle?.places[seat];
      place(child as HTMLElement, at && circle ? { ...circle, x: at.x + RIM, y: at.y + RIM } : null);
    });
  });

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      const frame = element.getBoundingClientRect();
      space.value = { width: element.clientWidth, height: element.clientHeight };
      const tiles = Array.from(element.children).flatMap((child) => {
        const member = Number((child as HTMLElement).dataset["member"]);
        const at = child.getBoundingClientRect();
        const visible = at.bottom > frame.top && at.top < frame.bottom && at.right > frame.left && at.left < frame.right;
        return member && child.getAttribute("data-you") === null ? [{ member, width: visible ? Math.round(at.width) : 0 }] : [];
      });
      if (large && !large.you) tiles.push({ member: large.member, width: largeBox.current?.clientWidth ?? 0 });
      // A picture is asked for by its person: a screen in full view asks as well, wherever their tile is.
      const sharer = tiles.find((one) => one.member === shared?.member);
      if (sharer) sharer.width = Math.max(sharer.width, screenBox.current?.clientWidth ?? 0);
      // Before the others' tiles are drawn there is nothing to say: "I see nobody" would send their pictures away
      // for the third of a second that it takes to ask for them again.
      if (tiles.length > 0) session.view(tiles);
    };
    const sized = new ResizeObserver(measure);
    sized.observe(element);
    for (const child of element.children) sized.observe(child);
    if (largeBox.current) sized.observe(largeBox.current);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      sized.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [session, seats, layout.columns, layout.rows, circle?.width, tucked, shared?.member, large?.member]);

  function actions(one: Participant): MenuItem[] {
    const items: MenuItem[] = [];
    if (may.includes("mute_others")) {
      items.push({ label: t("tile_mute"), icon: "micOff", testid: `mute-${one.member}`, act: () => onMute(one.member) });
    }
    if (may.includes("remove") && (one.role === "client" || one.role === "collateral")) {
      items.push({
        label: t("tile_remove"),
        icon: "remove",
        tone: "danger",
        testid: `remove-${one.member}`,
        act: () => onRemove(one.member, one.alias),
      });
    }
    return more ? [...more(one), ...items] : items;
  }

  function size(): void {
    small.value = !small.value;
    localStorage.setItem(SMALL, small.value ? "yes" : "no");
  }

  function tile(one: Participant) {
    const marks: TileMark[] = [];
    const reconnecting = one.you ? link !== "up" : one.reconnecting;
    if (one.hand !== null) {
      const turn = hands.indexOf(one) + 1;
      marks.push({ kind: "hand", icon: "hand", label: t("tile_hand"), ...(hands.length > 1 && { text: String(turn) }) });
    }
    if (reconnecting) marks.push({ kind: "reconnecting", icon: "clock", label: t("tile_reconnecting"), tone: "plain" });
    const items = one.you ? [] : actions(one);
    const first = quick?.(one);
    const stream = one.you ? (cameraWanted ? selfView : null) : one.camera ? (pictures.get(`${one.member}/camera`) ?? null) : null;
    return (
      <Tile
        key={one.member}
        data-testid={`tile-${one.member}`}
        member={one.member}
        source="camera"
        you={one.you}
        name={one.alias}
        part={one.near ? part(one) : `(${t("tile_away")})`}
        stream={stream}
        mirror={one.you}
        whole={one === large}
        speaking={speaking.includes(one.member) && one.microphone}
        speakingLabel={t("tile_speaking")}
        dimmed={reconnecting || !one.near || (guide !== null && one !== guide)}
        muted={one.microphone || !one.near ? undefined : { label: t("tile_muted") }}
        marks={marks}
        ring={turn?.member === one.member && <TurnRing session={session} turn={turn} />}
        corner={
          <>
            {pair && one.you && (
              <IconButton icon="screen" label={t("tile_small")} pressed={small.value} onClick={size} data-testid="own-small" />
            )}
            {first && <IconButton icon={first.icon} label={first.label} onClick={first.act} data-testid={first.testid} />}
            {items.length > 0 && <Menu label={t("tile_actions", { name: one.alias })} items={items} />}
          </>
        }
      />
    );
  }

  return (
    <>
      {shared && (
        <div class="screen" ref={screenBox}>
          <Tile
            data-testid={`screen-${shared.member}`}
            member={shared.member}
            source="screen"
            name={t("tile_screen", { name: shared.alias })}
            stream={pictures.get(`${shared.member}/screen`) ?? null}
          />
        </div>
      )}
      {large && (
        <div class="screen" ref={largeBox} data-testid="large">
          {tile(large)}
        </div>
      )}
      <div class="gallerybox" data-strip={strip || undefined}>
        <div
          class="gallery"
          ref={box}
          data-layout={circle ? "circle" : kind === "circle" ? undefined : kind}
          data-columns={layout.columns}
          data-rows={Math.min(layout.rows, 6)}
          data-row={row || undefined}
          data-tucked={tucked || undefined}
          data-scrolls={scrolls || undefined}
          // What scrolls has to be reachable for those who have no wheel.
          tabIndex={scrolls ? 0 : undefined}
          role="group"
          aria-label={t("call_gallery")}
        >
          {others.map(tile)}
        </div>
        {circle?.centre && <Table session={session} room={room} centre={circle.centre} rim={RIM} />}
        {hidden > 0 && (
          <div class="more-faces">
            <Button look="plain" onClick={() => (all.value = true)} data-testid="show-all">
              {t("call_show_all", { n: hidden })}
            </Button>
          </div>
        )}
        {kind === "calm" && all.value && (
          <div class="more-faces">
            <Button look="plain" onClick={() => (all.value = false)} data-testid="show-few">
              {t("call_show_few")}
            </Button>
          </div>
        )}
        {everybody.length === 1 && everybody[0]?.you && room?.breakouts === null && (
          <p class="alone">
            <strong>{t("call_self_only")}</strong> {t("call_self_only_more")}
          </p>
        )}
      </div>
    </>
  );
}

/** CSS pixels around the tiles, so that no ring is cut off (call.css has it as padding). */
const RIM = 5;

/**
 * In the side room only those who are there; else everybody of one's own room, also who has stepped away. A host knows
 * who is in the other breakout rooms, and does not see them from here.
 */
export function shownHere(room: RoomView | null): readonly Participant[] {
  const members = room?.members ?? [];
  if (room?.you.apart) return members.filter((one) => one.near);
  return members.filter((one) => one.breakout === null || one.breakout === room?.you.breakout);
}

function part(one: Participant): string | undefined {
  if (one.you) return `(${t("you")})`;
  if (one.role === "facilitator" || one.role === "cofacilitator") return `(${t("part_staff")})`;
  if (one.role === "observer") return `(${t("part_observer")})`;
  if (one.role === "collateral") return `(${t("part_collateral")})`;
  if (one.role === "interpreter") return `(${t("part_interpreter")})`;
  if (one.role === "peer_host") return `(${t("part_peer_host")})`;
  return undefined;
}
