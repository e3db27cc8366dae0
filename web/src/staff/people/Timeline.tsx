/** Episodes and levels of care over time, as two bands. It says nothing that the list below does not say in words. */
import { shortDay } from "../words/index.ts";
import type { Enrolment, Track } from "./door.ts";
import { bands } from "./timeline.ts";
import type { Band } from "./timeline.ts";
import { t } from "./words/index.ts";

export function Timeline({ enrolment, tracks }: { enrolment: Enrolment; tracks: readonly Track[] }) {
  const drawn = bands(enrolment);
  const track = (code: string) => tracks.find((one) => one.code === code);
  return (
    <figure class="timeline">
      <svg class="band" aria-hidden="true">
        {drawn.stays.map((one, number) => (
          <Piece key={number} band={one} looks={track(one.label)?.kind ?? "treatment"} words={track(one.label)?.title ?? one.label} />
        ))}
        {drawn.pauses.map((one, number) => (
          <rect key={number} class="away" x={`${one.from}%`} y="78%" width={`${one.length}%`} height="22%" />
        ))}
      </svg>
      {drawn.levels.length > 0 && (
        <svg class="band" aria-hidden="true">
          {drawn.levels.map((one, number) => (
            <Piece key={number} band={one} looks="level" words={one.label.split(":").at(-1) ?? ""} />
          ))}
        </svg>
      )}
      <figcaption class="soft small">
        <span>{shortDay(drawn.first)}</span>
        <span>{drawn.last === enrolment.today ? t("today") : shortDay(drawn.last)}</span>
      </figcaption>
    </figure>
  );
}

/** A picture within the picture, so that words that do not fit are cut off where the piece ends. */
function Piece({ band: { from, length }, looks, words }: { band: Band; looks: string; words: string }) {
  return (
    <svg class="piece" data-looks={looks} x={`${from}%`} width={`${length}%`} height="100%">
      <rect width="100%" height="100%" />
      <text x="8" y="70%">
        {words}
      </text>
    </svg>
  );
}
