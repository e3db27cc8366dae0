/** How many chose what, as bars with their numbers in words: nothing here is said by length or colour alone. */
import { Icon } from "../ui/index.ts";
import "./bars.css";

export interface BarsProps {
  readonly choices: readonly string[];
  readonly counts: readonly number[];
  /** Who answered: what a share is of. */
  readonly total: number;
  readonly right?: readonly number[];
  readonly say: (share: number, n: number) => string;
}

export function Bars({ choices, counts, total, right = [], say }: BarsProps) {
  return (
    <ul class="bars">
      {choices.map((choice, place) => {
        const n = counts[place] ?? 0;
        const share = total === 0 ? 0 : Math.round((100 * n) / total);
        return (
          <li key={choice} data-right={right.includes(place) || undefined}>
            <span class="bar-words">
              <span class="bar-choice">
                {right.includes(place) && <Icon name="check" />}
                {choice}
              </span>
              <span class="soft">{say(share, n)}</span>
            </span>
            <span class="bar" aria-hidden="true" ref={(element) => element?.style.setProperty("--share", `${share}%`)} />
          </li>
        );
      })}
    </ul>
  );
}
