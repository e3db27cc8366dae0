/** How the answers to one scale went, from 0 to 10: a small line, and the same in words for those who do not see it. */
const WIDTH = 120;
const HEIGHT = 28;
const MOST = 12;

export function Line({ values, label, caption }: { values: readonly number[]; label: (values: string) => string; caption: string }) {
  const last = values.slice(-MOST);
  if (last.length < 2) return null;
  const x = (index: number) => 3 + (index * (WIDTH - 6)) / (last.length - 1);
  const y = (value: number) => HEIGHT - 3 - (value * (HEIGHT - 6)) / 10;
  return (
    <figure class="trend">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label(last.join(", "))}>
        <path class="floor" d={`M0 ${y(0)}H${WIDTH}M0 ${y(10)}H${WIDTH}`} />
        <polyline points={last.map((value, index) => `${x(index)},${y(value)}`).join(" ")} />
        <circle cx={x(last.length - 1)} cy={y(last.at(-1) ?? 0)} r="3" />
      </svg>
      <figcaption class="small soft">{caption}</figcaption>
    </figure>
  );
}
