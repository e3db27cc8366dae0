/** The sessions behind a line, on demand: a summary that opens, by pointer or keyboard. */
import { linkTo } from "../route.ts";
import { shortDay } from "../words/index.ts";
import type { SessionCount } from "./door.ts";
import { t } from "./words/index.ts";

export function Evidence({ of, all }: { of: readonly SessionCount[]; all: number }) {
  if (all === 0) return <span>0</span>;
  return (
    <details class="evidence">
      <summary>{t("sessions", { n: all })}</summary>
      <ul class="plain-list small">
        {[...of].reverse().map((one) => (
          <li key={one.session}>
            <a href={linkTo("session", one.session)}>{shortDay(one.day)}</a> {t("of_session", { came: one.came, all: one.came + one.missed })}
          </li>
        ))}
        {all > of.length && <li class="soft">{t("and_more", { n: all - of.length })}</li>}
      </ul>
    </details>
  );
}
