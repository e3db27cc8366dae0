/** How tiles are laid out. Pure: numbers in, places out, in the order of the seats. */
export interface Arrangement {
  readonly columns: number;
  readonly rows: number;
  /** The cells would be too small: rows get a least height and the gallery scrolls. */
  readonly scrolls: boolean;
}

/** In CSS pixels, from the upper left corner of the gallery. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Everybody around a centre: all of one size, each at a place of their own. */
export interface Circle {
  readonly width: number;
  readonly height: number;
  readonly places: readonly Place[];
  /** The table: what stays empty in the middle, if anything does. */
  readonly centre: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;
}

const RATIO = 4 / 3;
/** CSS pixels: below that a face is not readable. */
const LEAST_HEIGHT = 112;
export const MOST_COLUMNS = 5;

/** The number of columns that shows the most of a 4:3 picture in every cell. */
export function arrange(tiles: number, width: number, height: number, gap: number): Arrangement {
  let best = { columns: 1, rows: Math.max(1, tiles), size: 0 };
  for (let columns = 1; columns <= Math.min(MOST_COLUMNS, Math.max(1, tiles)); columns++) {
    const rows = Math.max(1, Math.ceil(tiles / columns));
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = Math.max(LEAST_HEIGHT, (height - gap * (rows - 1)) / rows);
    const size = Math.min(cellWidth, cellHeight * RATIO);
    // Of equals, the one with fewer rows: less to scroll.
    if (size >= best.size) best = { columns, rows, size };
  }
  const { columns, rows } = best;
  return { columns, rows, scrolls: rows * LEAST_HEIGHT + gap * (rows - 1) > height };
}

/** Below that nobody sits around anything. */
const LEAST_CIRCLE = 3;
/** CSS pixels: on a phone the order of seats is that of a list. */
const LEAST_WIDTH = 600;

/**
 * Everybody around a table, clockwise from its upper left corner, with the largest pictures that fit: a row above, one
 * below, and columns at both ends. The order is that of the seats, so it is the same on every screen; null where
 * pictures would be too small, or the screen is a phone's.
 */
export function around(tiles: number, width: number, height: number, gap: number): Circle | null {
  if (tiles < LEAST_CIRCLE || width < LEAST_WIDTH) return null;
  let best: { size: number; above: number; below: number; rows: number } | null = null;
  for (let rows = 2; rows <= 6; rows++) {
    const long = tiles - 2 * (rows - 2);
    if (long < 2) break;
    const above = Math.ceil(long / 2);
    // Where somebody sits at the ends there is a place for the table between them.
    const across = Math.max(above, rows > 2 ? 3 : 2);
    const size = Math.min((height - gap * (rows - 1)) / rows, (width - gap * (across - 1)) / across / RATIO);
    if (best === null || size > best.size) best = { size, above, below: long - above, rows };
  }
  if (best === null || best.size < LEAST_HEIGHT) return null;
  const { above, below, rows } = best;
  const tall = Math.floor(best.size);
  const wide = Math.floor(best.size * RATIO);
  const across = Math.max(above, rows > 2 ? 3 : 2);
  const left = Math.floor((width - across * wide - (across - 1) * gap) / 2);
  const top = Math.floor((height - rows * tall - (rows - 1) * gap) / 2);
  const right = width - left - wide;
  const row = (number: number) => top + number * (tall + gap);
  const line = (count: number, y: number) => {
    const from = Math.floor((width - count * wide - (count - 1) * gap) / 2);
    return Array.from({ length: count }, (_, place) => ({ x: from + place * (wide + gap), y }));
  };
  const end = (x: number) => Array.from({ length: rows - 2 }, (_, place) => ({ x, y: row(place + 1) }));
  const places = [...line(above, top), ...end(right), ...line(below, row(rows - 1)).reverse(), ...end(left).reverse()];
  const centre =
    rows > 2
      ? { x: left + wide + gap, y: row(1), width: right - left - wide - 2 * gap, height: row(rows - 1) - row(1) - gap }
      : null;
  return { width: wide, height: tall, places, centre };
}
