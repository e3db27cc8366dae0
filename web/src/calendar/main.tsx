/**
 * A month, and nothing else: where the quick exit leads. It is a page that anybody could have open, it asks the server for
 * nothing, and it has no word of what this server is for.
 */
import { render } from "preact";
import { useState } from "preact/hooks";
import { load, t } from "./words/index.ts";
import { weeks } from "./month.ts";
import "./calendar.css";

function Month() {
  const [today] = useState(() => new Date());
  const [shown, setShown] = useState({ year: today.getFullYear(), month: today.getMonth() });
  const language = document.documentElement.lang;
  const grid = weeks(shown.year, shown.month);
  const move = (months: number) => {
    const first = new Date(shown.year, shown.month + months, 1);
    setShown({ year: first.getFullYear(), month: first.getMonth() });
  };
  const name = new Intl.DateTimeFormat(language, { month: "long", year: "numeric" }).format(new Date(shown.year, shown.month, 1));
  const short = new Intl.DateTimeFormat(language, { weekday: "short" });
  return (
    <main class="month">
      <h1 aria-live="polite">{name}</h1>
      <div class="row">
        <button type="button" class="button" data-look="quiet" onClick={() => move(-1)}>
          {t("before")}
        </button>
        <button type="button" class="button" data-look="quiet" onClick={() => move(1)}>
          {t("after")}
        </button>
      </div>
      <table>
        <thead>
          <tr>
            {grid[1]?.map((day) => (
              <th key={day.getDay()} scope="col">
                {short.format(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.map((week) => (
            <tr key={week[0]?.getTime()}>
              {week.map((day) => (
                <td
                  key={day.getTime()}
                  data-other={day.getMonth() !== shown.month || undefined}
                  aria-current={day.toDateString() === today.toDateString() ? "date" : undefined}
                >
                  {day.getDate()}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  );
}

await load();
document.title = t("title");
const root = document.getElementById("app");
if (root !== null) render(<Month />, root);
