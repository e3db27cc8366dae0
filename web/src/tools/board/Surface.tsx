/**
 * The sheet: what is on it, and a hand or a keyboard that draws on it.
 *
 * By keyboard a cross moves over the sheet with the arrow keys; Enter puts a shape or a word there, or begins and ends a
 * straight line. Where the cross is, is said in words. What is on the sheet stands below it as a list for those who hear it.
 */
import { Component, type ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Mark, MarkSeen } from "../../wire.ts";
import { COLOURS, corners, HIGH, LETTERS, lines, path, read, THICK, WIDE, written, type Colour, type Form, type Point } from "./ink.ts";
import { t } from "./words/index.ts";

export interface Brush {
  readonly form: Form;
  readonly colour: Colour;
  readonly width: 1 | 2 | 3;
  readonly text: string;
}

type Shown = Mark | MarkSeen;

interface SurfaceProps {
  readonly marks: readonly Shown[];
  /** What is to be seen, in words of somebody who sees it. */
  readonly label: string;
  /** Null: it can only be looked at. */
  readonly brush: Brush | null;
  readonly onDraw: (marks: Mark[]) => void;
  readonly who?: (by: number) => string | undefined;
  readonly children?: ComponentChildren;
}

/** Units of the sheet between two places of the cross; and with Shift. */
const STEP = 100;
const FINE = 20;
/** A hand's points nearer than this are one. */
const NEAR = 4;
/** After so many points a long line is sent as far as it goes, so that others see it being drawn. */
const LONG = 120;

export function Surface({ marks, label, brush, onDraw, who, children }: SurfaceProps) {
  const svg = useRef<SVGSVGElement>(null);
  const trace = useRef<SVGPathElement>(null);
  const hand = useRef<Point[] | null>(null);
  const [cross, setCross] = useState<Point | null>(null);
  const [from, setFrom] = useState<Point | null>(null);
  const [said, setSaid] = useState("");

  function place(event: PointerEvent): Point {
    const box = svg.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return [((event.clientX - box.left) / box.width) * WIDE, ((event.clientY - box.top) / box.height) * HIGH];
  }

  function put(at: Point, to: Point | null = null): void {
    if (!brush) return;
    const { form, colour, width, text } = brush;
    if (form === "text") {
      if (text.trim()) onDraw([{ form, colour, width, at: written([at]), text: text.trim() }]);
    } else if (form !== "line") onDraw([{ form, colour, width, at: corners(at, to, width), text: "" }]);
  }

  function preview(): void {
    const points = hand.current;
    const [first, last] = [points?.[0], points?.at(-1)];
    if (!trace.current || !brush) return;
    const at = !first || !last ? "" : brush.form === "line" ? written(points ?? []) : written([first, last]);
    trace.current.setAttribute("d", at && brush.form !== "text" ? path({ ...brush, at, text: "" }) : "");
  }

  function down(event: PointerEvent): void {
    if (!brush || event.button !== 0 || !event.isPrimary) return;
    svg.current?.setPointerCapture(event.pointerId);
    hand.current = [place(event)];
    preview();
  }

  function move(event: PointerEvent): void {
    const points = hand.current;
    if (!points || !brush) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const now = place(one);
      const before = points.at(-1) ?? now;
      if (Math.hypot(now[0] - before[0], now[1] - before[1]) >= NEAR) points.push(now);
    }
    if (brush.form === "line" && points.length >= LONG) {
      onDraw(lines(points, brush.colour, brush.width));
      hand.current = points.slice(-1);
    }
    preview();
  }

  function up(): void {
    const points = hand.current;
    hand.current = null;
    preview();
    const [first, last] = [points?.[0], points?.at(-1)];
    if (!brush || !points || !first || !last) return;
    if (brush.form === "line") onDraw(lines(points, brush.colour, brush.width));
    else put(first, Math.hypot(last[0] - first[0], last[1] - first[1]) > 30 ? last : null);
  }

  function key(event: KeyboardEvent): void {
    if (!brush) return;
    const step = event.shiftKey ? FINE : STEP;
    const [x, y] = cross ?? [WIDE / 2, HIGH / 2];
    const moves: Record<string, Point> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const by = moves[event.key];
    if (by) {
      const now: Point = [Math.min(WIDE, Math.max(0, x + by[0])), Math.min(HIGH, Math.max(0, y + by[1]))];
      setCross(now);
      setSaid(t("at", { x: Math.round((now[0] / WIDE) * 100), y: Math.round((now[1] / HIGH) * 100) }));
    } else if (event.key === "Enter" || event.key === " ") {
      if (brush.form !== "line") {
        put([x, y]);
        setSaid(t("put", { what: t(`form_${brush.form}`) }));
      } else if (from) {
        onDraw(lines([from, [x, y]], brush.colour, brush.width));
        setFrom(null);
        setSaid(t("line_done"));
      } else {
        setFrom([x, y]);
        setSaid(t("line_begun"));
      }
      setCross([x, y]);
    } else if (event.key === "Escape" && from) {
      setFrom(null);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }

  const names = marks.map((mark) => {
    const by = "by" in mark && mark.by !== null ? who?.(mark.by) : undefined;
    const what = mark.form === "text" ? t("a_text", { text: mark.text }) : t("a_mark", { what: t(`form_${mark.form}`), colour: t(`colour_${mark.colour}`) });
    return by ? t("by", { what, name: by }) : what;
  });
  return (
    <div class="surface">
      <svg
        ref={svg}
        viewBox={`0 0 ${WIDE} ${HIGH}`}
        role="img"
        aria-label={label}
        data-testid="board-sheet"
        data-marks={marks.length}
        data-draws={brush !== null}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
      >
        <rect width={WIDE} height={HIGH} class="paper" />
        {marks.map((mark, index) => (
          <Drawn key={"id" in mark ? mark.id : `new-${index}`} mark={mark} name={names[index] ?? ""} />
        ))}
        {brush && <path ref={trace} fill="none" stroke={COLOURS[brush.colour]} stroke-width={THICK[brush.width]} stroke-linecap="round" stroke-linejoin="round" />}
        {from && cross && <path d={`M${from[0]} ${from[1]}L${cross[0]} ${cross[1]}`} class="towards" />}
        {cross && brush && <path d={`M${cross[0] - 24} ${cross[1]}h48M${cross[0]} ${cross[1] - 24}v48`} class="cross" />}
      </svg>
      {brush && (
        <button type="button" class="keys" aria-describedby="board-keys" data-testid="board-keys" onKeyDown={key} onBlur={() => setCross(null)}>
          {t("keys")}
        </button>
      )}
      <p id="board-keys" class="unseen">
        {t("keys_how")}
      </p>
      <p class="unseen" role="status">
        {said}
      </p>
      <ul class="unseen" aria-label={t("list")}>
        {names.map((name, index) => (
          <li key={index}>{name}</li>
        ))}
      </ul>
      {children}
    </div>
  );
}

interface DrawnProps {
  readonly mark: Shown;
  readonly name: string;
}

/** Marks never change, so each is drawn once. */
class Drawn extends Component<DrawnProps> {
  override shouldComponentUpdate({ mark, name }: DrawnProps): boolean {
    return mark.at !== this.props.mark.at || mark.colour !== this.props.mark.colour || name !== this.props.name;
  }

  override render({ mark, name }: DrawnProps) {
    const width = mark.width as 1 | 2 | 3;
    const title = <title>{name}</title>;
    if (mark.form === "text") {
      const [x, y] = read(mark.at)[0] ?? [0, 0];
      return (
        <text x={x} y={y} font-size={LETTERS[width]} fill={COLOURS[mark.colour]} dominant-baseline="middle" text-anchor={x > WIDE * 0.6 ? "end" : "start"}>
          {mark.text}
          {title}
        </text>
      );
    }
    return (
      <path
        d={path(mark)}
        fill={mark.form === "line" ? "none" : COLOURS[mark.colour]}
        fill-opacity="0.22"
        stroke={COLOURS[mark.colour]}
        stroke-width={THICK[width]}
        stroke-linecap="round"
        stroke-linejoin="round"
      >
        {title}
      </path>
    );
  }
}
