/** A small chart of bars. Its table stands below it and says the same; a sentence sums it up for whoever does not see it. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Written over the bar and read out. */
  readonly words: string;
}

export function Bars({ bars, most, summary }: { bars: readonly Bar[]; most: number; summary: string }) {
  // A few bars stay slender.
  const wide = Math.max(12, bars.length);
  return (
    <figure class="chart">
      {bars.some((one) => one.value > 0) && (
        <svg viewBox={`0 0 ${wide * 10} 60`} preserveAspectRatio="none" role="img" aria-label={summary}>
          {bars.map((one, place) => {
            const high = most > 0 ? (one.value / most) * 58 : 0;
            return (
              <rect key={one.name} x={place * 10 + 1} y={60 - high} width={8} height={high}>
                <title>{`${one.name}: ${one.words}`}</title>
              </rect>
            );
          })}
        </svg>
      )}
      <figcaption class="small soft">{summary}</figcaption>
    </figure>
  );
}
