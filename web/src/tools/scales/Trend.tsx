/** How the answers of one client to each scale went, over the sessions. */
import type { ScaleItem } from "../../wire.ts";
import type { Said } from "./earlier.ts";
import { said as textOf } from "./items.ts";
import { Line } from "./Line.tsx";
import { numbersOf } from "./numbers.ts";
import { t } from "./words/index.ts";
import "./line.css";

export function Trend({ items, said }: { items: readonly ScaleItem[]; said: readonly Said[] }) {
  const scales = items.filter((item) => item.answers === "scale");
  return (
    <div class="trends">
      {scales.map((item) => (
        <Line key={item.code} values={numbersOf(item, said)} label={(values) => t("earlier", { item: textOf(item.text), values })} caption={textOf(item.text)} />
      ))}
    </div>
  );
}
