/**
 * The week as a grid of hours: meetings can be dragged with the mouse, or moved with Alt and the arrow keys; where one
 * would go is drawn, and nothing is changed before somebody has answered the dialog that then opens.
 */
import { useEffect, useRef, useState } from "preact/hooks";

import { announce } from "../../ui/index.ts";
import { when } from "../../text/catalogue.ts";
import { addDays, dayOf } from "../days.ts";
import type { Day } from "../days.ts";
import { clock } from "../words/index.ts";
import type { Target } from "./dialogs.tsx";
import type { ClosedDay, Names, PlannedSession, Week } from "./door.ts";
import { asTime, hoursOf, minuteOf, placed, STEP } from "./layout.ts";
import { known, t } from "./words/index.ts";

const HOUR_PX = 52;
const px = (minutes: number) => `${(minutes / 60) * HOUR_PX}px`;

const STEPS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

type Place = Readonly<Partial<Record<"top" | "height" | "left" | "width", string>>>;

/** Where an element stands, by the object model: the policy of the page allows no inline styles. */
function at(place: Place): (element: HTMLElement | null) => void {
  return (element) => {
    for (const [name, value] of Object.entries(place)) element?.style.setProperty(name, value);
  };
}

interface Moving {
  readonly session: PlannedSession;
  readonly day: Day;
  /** Minutes since midnight. */
  readonly at: number;
}

interface Asked {
  readonly onOpen: (session: PlannedSession) => void;
  readonly onMove: (session: PlannedSession, target: Target) => void;
}

export function closedWord(day: ClosedDay): string {
  return t("closed", { name: day.name || known("holiday", day.code, "closed.day") });
}

export function dayName(day: Day): string {
  return when(Date.parse(`${day}T12:00:00Z`), { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
}

export function Grid({ week, monday, onOpen, onMove }: { week: Week; monday: Day } & Asked) {
  const { zone, sessions } = week;
  const days = Array.from({ length: 7 }, (_, n) => addDays(monday, n));
  const [first, last] = hoursOf(sessions, zone);
  const [moving, setMoving] = useState<Moving | null>(null);
  const columns = useRef<HTMLDivElement>(null);
  const now = useNow();
  const today = dayOf(now, zone);

  const drop = (one: Moving) => {
    setMoving(null);
    const same = one.day === dayOf(one.session.starts, zone) && one.at === minuteOf(one.session.starts, zone);
    if (same) onOpen(one.session);
    else onMove(one.session, { day: one.day, at: asTime(one.at) });
  };

  const drag = (session: PlannedSession, event: PointerEvent) => {
    if (!session.may_change || session.cancelled !== "" || session.day === null || event.button !== 0 || event.pointerType === "touch") return;
    const grid = columns.current?.getBoundingClientRect();
    if (grid === undefined) return;
    const [startX, startY] = [event.clientX, event.clientY];
    const from = { day: dayOf(session.starts, zone), at: minuteOf(session.starts, zone) };
    let found: Moving | null = null;
    const move = (next: PointerEvent) => {
      if (found === null && Math.hypot(next.clientX - startX, next.clientY - startY) < 6) return;
      const column = Math.max(0, Math.min(6, Math.floor(((next.clientX - grid.left) / grid.width) * 7)));
      const shifted = from.at + Math.round((((next.clientY - startY) / HOUR_PX) * 60) / STEP) * STEP;
      found = { session, day: days[column] ?? from.day, at: Math.max(0, Math.min(1440 - STEP, shifted)) };
      setMoving(found);
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", gone);
      if (found !== null) {
        // the click that follows belongs to the drag
        addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
        drop(found);
      }
    };
    const gone = () => {
      found = null;
      setMoving(null);
      end();
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", gone);
  };

  const press = (session: PlannedSession, event: KeyboardEvent) => {
    const held = moving?.session.id === session.id ? moving : { session, day: dayOf(session.starts, zone), at: minuteOf(session.starts, zone) };
    if (event.key === "Escape" && moving !== null) {
      setMoving(null);
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && moving?.session.id === session.id) {
      event.preventDefault();
      drop(moving);
      return;
    }
    const [daysOn, minutes] = STEPS[event.key] ?? [0, 0];
    if (!event.altKey || (daysOn === 0 && minutes === 0) || !session.may_change || session.day === null) return;
    event.preventDefault();
    const next = { session, day: addDays(held.day, daysOn), at: Math.max(0, Math.min(1440 - STEP, held.at + minutes)) };
    if (next.day < monday || next.day > addDays(monday, 6)) return;
    setMoving(next);
    announce(t("moved_to", { title: session.title, when: `${dayName(next.day)} ${asTime(next.at)}` }), "assertive");
  };

  const hours = Array.from({ length: last - first + 1 }, (_, n) => first + n);
  return (
    <div class="week-grid" data-testid="week-grid">
      <div class="week-heads" aria-hidden="true">
        {days.map((day) => (
          <div key={day} data-today={day === today || undefined}>
            {dayName(day)}
          </div>
        ))}
      </div>
      <div class="week-body" ref={at({ height: px((last - first) * 60) })}>
        <div class="week-hours" aria-hidden="true">
          {hours.map((hour) => (
            <span key={hour} ref={at({ top: px((hour - first) * 60) })}>
              {when(Date.UTC(2024, 0, 1, hour), { hour: "numeric", timeZone: "UTC" })}
            </span>
          ))}
        </div>
        <div class="week-columns" ref={columns}>
          {days.map((day) => {
            const closed = week.closed.find((one) => one.day === day);
            return (
              <section key={day} class="week-day" aria-label={dayName(day)} data-closed={closed !== undefined || undefined} data-today={day === today || undefined}>
                {closed !== undefined && <p class="closed">{closedWord(closed)}</p>}
                {placed(sessions, day, zone, first).map(({ what, top, minutes, lane, lanes }) => (
                  <Meeting
                    key={what.id}
                    session={what}
                    names={week.staff}
                    narrow={lanes > 1}
                    held={moving?.session.id === what.id}
                    place={{ top: px(top), height: px(minutes), left: `${(lane / lanes) * 100}%`, width: `${100 / lanes}%` }}
                    onOpen={() => onOpen(what)}
                    onPointerDown={(event) => drag(what, event)}
                    onKeyDown={(event) => press(what, event)}
                  />
                ))}
                {moving?.day === day && (
                  <div class="ghost" ref={at({ top: px(moving.at - first * 60), height: px((moving.session.ends - moving.session.starts) / 60_000) })}>
                    {asTime(moving.at)} {moving.session.title}
                  </div>
                )}
                {day === today && <div class="now-line" ref={at({ top: px(minuteOf(now, zone) - first * 60) })} data-testid="now-line" />}
              </section>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface OfMeeting {
  session: PlannedSession;
  names: Names;
  held: boolean;
  narrow: boolean;
  place: Place;
  onOpen: () => void;
  onPointerDown: (event: PointerEvent) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function Meeting({ session, names, held, narrow, place, onOpen, onPointerDown, onKeyDown }: OfMeeting) {
  return (
    <button type="button" class="meeting" data-state={session.state} data-held={held || undefined} data-narrow={narrow || undefined} data-movable={session.may_change || undefined} ref={at(place)} onClick={onOpen} onPointerDown={onPointerDown} onKeyDown={onKeyDown} data-testid="meeting-in-week">
      <MeetingWords session={session} names={names} />
    </button>
  );
}

/** The same words in the grid and in the list. */
export function MeetingWords({ session, names }: { session: PlannedSession; names: Names }) {
  const lead = names[session.facilitators[0] ?? ""] ?? "";
  return (
    <>
      <span class="when">
        {clock(session.starts, session.zone)} – {clock(session.ends, session.zone)}
      </span>
      <strong>{session.title}</strong>
      {session.cancelled !== "" ? (
        <span>{t("cancelled", { why: known("reason", session.cancelled, "reason.some") })}</span>
      ) : (
        <span class="taken">
          {lead !== "" && `${lead}, `}
          {t("expected", { n: session.expected, of: session.capacity })}
        </span>
      )}
    </>
  );
}
