/** How somebody's answers went from session to session, as lines and as a list. It shows what it is given. */
import { when } from "../../text/catalogue.ts";
import type { ScaleItem } from "../../wire.ts";
import type { Said } from "./earlier.ts";
import { Line } from "./Line.tsx";
import { numbersOf } from "./numbers.ts";
import "./line.css";

/** What the record tells of one client. */
export interface Answered {
  readonly items: readonly ScaleItem[];
  /** Oldest first. */
  readonly said: readonly Said[];
}

export interface HistoryProps extends Answered {
  readonly language: string;
  readonly zone: string | undefined;
  readonly words: { readonly last: string; readonly yes: string; readonly no: string };
}

const SHOWN = 6;

export function History({ items, said, language, zone, words }: HistoryProps) {
  const textOf = (item: ScaleItem) => item.text[language] ?? item.text["en"] ?? "";
  return (
    <>
      <div class="trends">
        {items.map((item) => (
          <Line key={item.code} values={numbersOf(item, said)} label={(values) => `${textOf(item)} ${values}`} caption={textOf(item)} />
        ))}
      </div>
      <details>
        <summary>{words.last}</summary>
        <ul class="check-ins">
          {[...said].reverse().slice(0, SHOWN).map((one) => (
            <li key={`${one.session ?? ""} ${one.when}`}>
              <strong>
                {when(one.at, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZone: zone })}
              </strong>
              <ul>
                {one.given.map((given) => {
                  const item = items.find((other) => other.code === given.item);
                  const value = typeof given.value === "boolean" ? (given.value ? words.yes : words.no) : String(given.value);
                  return (
                    <li key={given.item}>
                      {item ? textOf(item) : given.item} <b>{value}</b>
                    </li>
                  );
                })}
              </ul>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
