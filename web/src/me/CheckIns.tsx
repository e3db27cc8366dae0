/** What a client answered at the beginning and the end of their sessions, and how it went. Fetched after the page. */
import { useEffect, useState } from "preact/hooks";

import { when } from "../text/catalogue.ts";
import { numbersOf } from "../tools/scales/numbers.ts";
import type { Said } from "../tools/scales/earlier.ts";
import { Line } from "../tools/scales/Line.tsx";
import type { ScaleItem } from "../wire.ts";
import { http } from "./door.ts";
import { t } from "./words.ts";
import "../tools/scales/line.css";

interface Answered {
  readonly items: readonly ScaleItem[];
  readonly said: readonly Said[];
}

const SHOWN = 6;

export function CheckIns({ language, zone }: { language: "en" | "es"; zone: string }) {
  const [mine, setMine] = useState<Answered | null>(null);
  useEffect(() => {
    // Where it cannot be read now, the page is whole without it.
    http.get<Answered>("/api/me/scales").then(setMine, () => undefined);
  }, []);
  if (mine === null || mine.said.length === 0) return null;
  const textOf = (item: ScaleItem) => item.text[language] ?? item.text["en"] ?? "";
  const last = [...mine.said].reverse().slice(0, SHOWN);
  return (
    <section class="card stack" aria-labelledby="check-ins-title" data-testid="check-ins">
      <h2 id="check-ins-title">{t("check_ins_title")}</h2>
      <p class="soft">{t("check_ins_lead")}</p>
      <div class="trends">
        {mine.items.map((item) => (
          <Line key={item.code} values={numbersOf(item, mine.said)} label={(values) => `${textOf(item)} ${values}`} caption={textOf(item)} />
        ))}
      </div>
      <details>
        <summary>{t("check_ins_last")}</summary>
        <ul class="check-ins">
          {last.map((one) => (
            <li key={`${one.session ?? ""} ${one.when}`}>
              <strong>
                {when(one.at, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZone: zone })}
              </strong>
              <ul>
                {one.given.map((given) => {
                  const item = mine.items.find((other) => other.code === given.item);
                  const value = typeof given.value === "boolean" ? t(given.value ? "check_ins_yes" : "check_ins_no") : String(given.value);
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
    </section>
  );
}
