/** How tiles are laid out: the number of columns that shows the most of a 4:3 picture in every cell. Pure. */
export interface Arrangement {
  readonly columns: number;
  readonly rows: number;
  /** The cells would be too small: rows get a least height and the gallery scrolls. */
  readonly scrolls: boolean;
}

const RATIO = 4 / 3;
/** CSS pixels: below that a face is not readable. */
const LEAST_HEIGHT = 112;
export const MOST_COLUMNS = 5;

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
