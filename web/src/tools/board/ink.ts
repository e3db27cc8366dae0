/**
 * Marks on a sheet: how they are written, made fewer, and drawn. Pure.
 *
 * A sheet is 1600 wide and 1000 high. On the wire a place is two numbers of twelve bits, each two letters of base 64: a
 * tenth of a stroke that a hand makes is enough to draw it again, so a line costs about a hundred bytes.
 */
import type { Mark, MarkSeen } from "../../wire.ts";

export type Point = readonly [x: number, y: number];
export type Form = Mark["form"];
export type Colour = Mark["colour"];
type Drawn = Pick<MarkSeen, "form" | "colour" | "width" | "at" | "text">;

export const WIDE = 1600;
export const HIGH = 1000;
export const FORMS: readonly Form[] = ["line", "circle", "square", "triangle", "heart", "star", "text"];
export const COLOURS: Readonly<Record<Colour, string>> = {
  ink: "#3a3732",
  sea: "#2f7398",
  leaf: "#457a4e",
  sun: "#c99416",
  clay: "#b05c36",
  rose: "#c2607c",
  plum: "#75558f",
  stone: "#857f73",
};
export const WIDTHS = [1, 2, 3] as const;
/** Of a line, in units of the sheet. */
export const THICK = { 1: 6, 2: 14, 3: 30 } as const;
export const LETTERS = { 1: 44, 2: 68, 3: 104 } as const;
/** How large a shape is that is put down by a tap or a key. */
export const SIZE = { 1: 140, 2: 240, 3: 400 } as const;
/** Of one line on the wire. */
export const MOST_POINTS = 240;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const GRID = 4095;
/** Units by which a line may be drawn beside where the hand was. */
const TOLERANCE = 2.2;

export function written(points: readonly Point[]): string {
  const number = (value: number, of: number) => {
    const at = Math.round((Math.min(of, Math.max(0, value)) / of) * GRID);
    return DIGITS.charAt(at >> 6) + DIGITS.charAt(at & 63);
  };
  return points.map(([x, y]) => number(x, WIDE) + number(y, HIGH)).join("");
}

export function read(at: string): Point[] {
  const number = (from: number, of: number) =>
    ((DIGITS.indexOf(at.charAt(from)) * 64 + DIGITS.indexOf(at.charAt(from + 1))) / GRID) * of;
  return Array.from({ length: Math.floor(at.length / 4) }, (_, index): Point => [number(index * 4, WIDE), number(index * 4 + 2, HIGH)]);
}

/** The fewest of these points that still draw the same line (Ramer, Douglas, Peucker). */
export function fewer(points: readonly Point[], tolerance = TOLERANCE): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 3) return [...points];
  let far = 0;
  let index = 0;
  points.forEach((point, at) => {
    const off = beside(point, first, last);
    if (off > far) [far, index] = [off, at];
  });
  if (far <= tolerance) return [first, last];
  return [...fewer(points.slice(0, index + 1), tolerance).slice(0, -1), ...fewer(points.slice(index), tolerance)];
}

function beside([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx || dy ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy))) : 0;
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** A line as marks, each short enough for the wire; the next begins where the one before ends. */
export function lines(points: readonly Point[], colour: Colour, width: number): Mark[] {
  const kept = fewer(points);
  const found: Mark[] = [];
  for (let from = 0; from === 0 || from < kept.length - 1; from += MOST_POINTS - 1) {
    found.push({ form: "line", colour, width, at: written(kept.slice(from, from + MOST_POINTS)), text: "" });
  }
  return found;
}

/** What an SVG path says for a mark; empty for a text. */
export function path({ form, at }: Drawn): string {
  const points = read(at);
  if (form === "line") return smooth(points);
  const [[ax, ay], [bx, by]] = [points[0] ?? [0, 0], points.at(-1) ?? [0, 0]];
  const [left, top, w, h] = [Math.min(ax, bx), Math.min(ay, by), Math.abs(bx - ax), Math.abs(by - ay)];
  const x = (part: number) => round(left + part * w);
  const y = (part: number) => round(top + part * h);
  switch (form) {
    case "circle":
      return `M${x(0)} ${y(0.5)}A${round(w / 2)} ${round(h / 2)} 0 1 1 ${x(1)} ${y(0.5)}A${round(w / 2)} ${round(h / 2)} 0 1 1 ${x(0)} ${y(0.5)}Z`;
    case "square":
      return `M${x(0)} ${y(0)}H${x(1)}V${y(1)}H${x(0)}Z`;
    case "triangle":
      return `M${x(0.5)} ${y(0)}L${x(1)} ${y(1)}H${x(0)}Z`;
    case "heart":
      return `M${x(0.5)} ${y(1)}C${x(-0.35)} ${y(0.45)} ${x(0.15)} ${y(-0.3)} ${x(0.5)} ${y(0.22)}C${x(0.85)} ${y(-0.3)} ${x(1.35)} ${y(0.45)} ${x(0.5)} ${y(1)}Z`;
    case "star":
      return `M${Array.from({ length: 10 }, (_, corner) => {
        const [angle, far] = [(corner * Math.PI) / 5 - Math.PI / 2, corner % 2 ? 0.2 : 0.5];
        return `${x(0.5 + far * Math.cos(angle))} ${y(0.5 + far * Math.sin(angle))}`;
      }).join("L")}Z`;
    case "text":
      return "";
  }
}

/** Through the middles of a hand's points, so that there are no corners. */
function smooth(points: readonly Point[]): string {
  const [first, ...others] = points;
  const last = points.at(-1);
  if (!first || !last) return "";
  const start = `M${round(first[0])} ${round(first[1])}`;
  if (others.length === 0) return `${start}h0.1`;
  const middles = others.slice(0, -1).map(([x, y], index) => {
    const [nx, ny] = others[index + 1] ?? last;
    return `Q${round(x)} ${round(y)} ${round((x + nx) / 2)} ${round((y + ny) / 2)}`;
  });
  return `${start}${middles.join("")}L${round(last[0])} ${round(last[1])}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The corners of a shape around a place, or between two, kept on the sheet. */
export function corners([x, y]: Point, to: Point | null, width: 1 | 2 | 3): string {
  if (to) return written([[x, y], to]);
  const half = SIZE[width] / 2;
  const [cx, cy] = [Math.min(WIDE - half, Math.max(half, x)), Math.min(HIGH - half, Math.max(half, y))];
  return written([
    [cx - half, cy - half],
    [cx + half, cy + half],
  ]);
}
