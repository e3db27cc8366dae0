/** The days on which the clinic is closed: its own, and the public holidays on which it does not work. Each change is kept at once. */
import { useState } from "preact/hooks";

import { announce, Button, Check, Field, Notice } from "../../ui/index.ts";
import { codeOf, me } from "../api.ts";
import type { Day } from "../days.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { longDay, sentence, t as staff } from "../words/index.ts";
import { closedDays, putClosedDays } from "./door.ts";
import type { ClosedDays as Days } from "./door.ts";
import { known, load, t } from "./words/index.ts";
import "./schedule.css";

await load();

export function ClosedDays() {
  const loaded = useLoad("closed-days", closedDays);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const writes = me.value?.may.includes("schedule") ?? false;
  const found = loaded.value;
  if (found === null) return loaded.code === null ? <p class="soft">{staff("loading")}</p> : <Failed loaded={loaded} />;
  const keep = async (days: Pick<Days, "closed" | "open">, word: string): Promise<boolean> => {
    setBusy(true);
    setCode(null);
    try {
      await putClosedDays(days);
      announce(word);
      loaded.again();
      return true;
    } catch (error) {
      setCode(codeOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const works = (holiday: string, so: boolean) => {
    const open = found.open.filter((one) => one !== holiday);
    return keep({ closed: found.closed, open: so ? [...open, holiday] : open }, t("days.kept"));
  };
  return (
    <div class="stack schedule closed-days">
      <p class="soft">{t("days.why")}</p>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      <section class="card stack" aria-labelledby="own-closed-days">
        <h2 id="own-closed-days">{t("days.closed")}</h2>
        {found.closed.length === 0 && <p class="soft">{t("days.closed_none")}</p>}
        {found.closed.length > 0 && (
          <ul class="lines" data-testid="own-closed-days">
            {found.closed.map((one) => (
              <li key={one.day}>
                <span>
                  <strong>{one.name}</strong>
                  <span class="soft">{longDay(one.day)}</span>
                </span>
                {writes && (
                  <Button
                    look="plain"
                    busy={busy}
                    aria-label={`${t("days.remove")}: ${one.name}, ${longDay(one.day)}`}
                    onClick={() => void keep({ closed: found.closed.filter(({ day }) => day !== one.day), open: found.open }, t("days.removed", { day: longDay(one.day) }))}
                  >
                    {t("days.remove")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
        {writes && <Add days={found} busy={busy} keep={keep} />}
      </section>
      <section class="card stack" aria-labelledby="public-holidays">
        <h2 id="public-holidays">{t("days.public")}</h2>
        <p class="soft small">{t("days.public_why")}</p>
        <ul class="lines" data-testid="public-holidays">
          {found.public.map(({ day, code: holiday }) => {
            const closed = !found.open.includes(holiday);
            const name = known("holiday", holiday, "closed.day");
            return (
              <li key={`${day} ${holiday}`}>
                {writes ? (
                  <Check label={`${name}, ${longDay(day)}`} checked={closed} onChange={(so) => void works(holiday, !so)} data-testid={`holiday-${holiday}`} />
                ) : (
                  <span>
                    <strong>{name}</strong>
                    <span class="soft">{closed ? longDay(day) : `${longDay(day)}: ${t("days.works")}`}</span>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}

function Add({ days, busy, keep }: { days: Days; busy: boolean; keep: (days: Pick<Days, "closed" | "open">, word: string) => Promise<boolean> }) {
  const [day, setDay] = useState<Day>("");
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const add = async () => {
    const missing = day === "" || name.trim() === "";
    const double = days.closed.some((one) => one.day === day);
    setWrong(missing ? t("days.missing") : double ? t("days.double") : null);
    if (missing || double) return;
    if (await keep({ closed: [...days.closed, { day, code: "", name: name.trim() }], open: days.open }, t("days.added", { day: longDay(day) }))) {
      setDay("");
      setName("");
    }
  };
  return (
    <form
      class="stack schedule-dialog"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <div class="pair">
        <Field label={t("days.day")} type="date" value={day} error={wrong ?? undefined} onInput={(event) => setDay(event.currentTarget.value)} data-testid="closed-day" />
        <Field label={t("days.name")} hint={t("days.name_hint")} maxLength={120} value={name} onInput={(event) => setName(event.currentTarget.value)} data-testid="closed-name" />
      </div>
      <div>
        <Button type="submit" busy={busy} data-testid="add-closed-day">
          {t("days.add")}
        </Button>
      </div>
    </form>
  );
}
