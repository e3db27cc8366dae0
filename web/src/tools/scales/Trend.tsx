/** How the answers to each scale went: a small line per scale, and the same in words. */
import type { ScaleItem } from "../../wire.ts";
import type { Said } from "./earlier.ts";
import { said as textOf } from "./items.ts";
import { t } from "./words/index.ts";

const WIDTH = 120;
const HEIGHT = 28;
const MOST = 12;

export function Trend({ items, said }: { items: readonly ScaleItem[]; said: readonly Said[] }) {
  const scales = items.filter((item) => item.answers === "scale");
  return (
    <div class="trends">
      {scales.map((item) => {
        const values = said.flatMap((one) => one.given.flatMap((given) => (given.item === item.code && typeof given.value === "number" ? [given.value] : []))).slice(-MOST);
        if (values.length < 2) return null;
        const x = (index: number) => 3 + (index * (WIDTH - 6)) / (values.length - 1);
        const y = (value: number) => HEIGHT - 3 - (value * (HEIGHT - 6)) / 10;
        return (
          <figure class="trend" key={item.code}>
            <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("earlier", { item: textOf(item.text), values: values.join(", ") })}>
              <path class="floor" d={`M0 ${y(0)}H${WIDTH}M0 ${y(10)}H${WIDTH}`} />
              <polyline points={values.map((value, index) => `${x(index)},${y(value)}`).join(" ")} />
              <circle cx={x(values.length - 1)} cy={y(values.at(-1) ?? 0)} r="3" />
            </svg>
            <figcaption class="small soft">{textOf(item.text)}</figcaption>
          </figure>
        );
      })}
    </div>
  );
}
