/** What a client sees of themselves, section by section. Each does its own asking and says how it went where it stands. */
import { useState } from "preact/hooks";

import { when } from "../text/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Check, Field } from "../ui/Field.tsx";
import { Icon } from "../ui/Icon.tsx";
import { fetched } from "../ui/fetched.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Agreements } from "./Agreements.tsx";
import { calendar } from "./calendar.ts";
import { codeOf, http, keep, offer } from "./door.ts";
import type { Appointment, Hours, Own, Settings } from "./door.ts";
import { Doorway } from "./Doorway.tsx";
import { Handouts } from "./Handouts.tsx";
import { begun, MyPlan } from "./Plan.tsx";
import { t } from "./words.ts";
import type { Key } from "./words.ts";

export interface SectionProps {
  own: Own;
  language: "en" | "es";
  changed: (own: Own) => void;
  /** Ask the server for everything again. */
  again: () => Promise<void>;
}

const CheckIns = fetched(() => import("./CheckIns.tsx").then((module) => module.CheckIns));

/** A day before it begins a session can be entered, to try the devices. */
const DAY_MS = 24 * 60 * 60_000;

export function Sections({ token, ...props }: SectionProps & { token: string | null }) {
  const { own } = props;
  const { plan } = own;
  const mine = plan && <MyPlan plan={plan} zone={own.zone} language={props.language} again={props.again} />;
  return (
    <main class="sections">
      <h1 tabIndex={-1} class="hello">
        {t("hello", { name: own.alias })}
      </h1>
      {plan && begun(plan) && mine}
      <Next own={own} token={token} />
      {plan && !begun(plan) && mine}
      <Agreements {...props} />
      {own.attends && <Handouts zone={own.zone} />}
      {own.hours && <HoursSoFar hours={own.hours} />}
      {own.attends && <CheckIns language={props.language} zone={own.zone} />}
      {own.attends && <Certificate own={own} again={props.again} />}
      <Preferences {...props} />
      <Doorway {...props} />
      <Data />
    </main>
  );
}

function Next({ own, token }: { own: Own; token: string | null }) {
  const zone = { timeZone: own.zone } as const;
  const far = own.appointments.filter((one) => !one.cancelled);
  return (
    <section class="card stack" aria-labelledby="next-title" data-testid="next">
      <div class="row spread">
        <h2 id="next-title">{t("next_title")}</h2>
        {far.length > 0 && (
          <Button
            icon="calendar"
            data-testid="calendar"
            onClick={() => offer(new Blob([calendar(own.appointments, t("calendar_title"), own.now)], { type: "text/calendar" }), "appointments.ics")}
          >
            {t("calendar")}
          </Button>
        )}
      </div>
      {own.appointments.length === 0 ? (
        <p class="soft">{t("next_none")}</p>
      ) : (
        <ul class="appointments">
          {own.appointments.map((one) => (
            <li key={one.id} data-off={one.cancelled || undefined}>
              <Icon name="calendar" />
              <div>
                <strong>{when(one.starts, { weekday: "long", day: "numeric", month: "long", ...zone })}</strong>
                <span class="soft">
                  {when(one.starts, { hour: "numeric", minute: "2-digit", ...zone })} – {when(one.ends, { hour: "numeric", minute: "2-digit", ...zone })}
                </span>
                {one.cancelled && <span class="small">{t("next_cancelled")}</span>}
              </div>
              {token && joinable(one, own.now) && (
                <a class="button" data-look="primary" href={`/j#${token}`}>
                  {t("join")}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
      <p class="soft small">{t("next_zone", { zone: own.zone.replaceAll("_", " ") })}</p>
    </section>
  );
}

function joinable(one: Appointment, now: number): boolean {
  return !one.cancelled && one.starts - DAY_MS <= now && now < one.ends;
}

function duration(minutes: number): string {
  return t("duration", { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") });
}

const OUTLOOK: Record<Hours["outlook"], Key> = {
  met: "hours_met",
  reachable: "hours_reachable",
  out_of_reach: "hours_out_of_reach",
  short: "hours_short",
};

function HoursSoFar({ hours }: { hours: Hours }) {
  const most = Math.max(hours.week_minutes, ...hours.weeks.map((week) => week.minutes));
  return (
    <section class="card stack" aria-labelledby="hours-title" data-testid="hours">
      <h2 id="hours-title">{t("hours_title")}</h2>
      <p>
        <strong>{t("hours_week", { done: duration(hours.minutes), all: duration(hours.week_minutes) })}</strong>
      </p>
      <meter min={0} max={hours.week_minutes} value={Math.min(hours.minutes, hours.week_minutes)} aria-labelledby="hours-title" />
      <p class="soft">{t(OUTLOOK[hours.outlook], { left: duration(hours.minutes_to_come) })}</p>
      <details>
        <summary>{t("hours_before")}</summary>
        <ul class="weeks">
          {hours.weeks.slice(0, -1).map((week) => (
            <li key={week.first}>
              <span>{t("hours_of", { day: when(Date.parse(`${week.first}T12:00:00Z`), { day: "numeric", month: "short", timeZone: "UTC" }) })}</span>
              <meter min={0} max={most} value={week.minutes} aria-hidden="true" />
              <span class="number">{duration(week.minutes)}</span>
            </li>
          ))}
        </ul>
      </details>
      <p class="soft small">{t("hours_note")}</p>
    </section>
  );
}

function Certificate({ own, again }: { own: Own; again: () => Promise<void> }) {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [name, setName] = useState("");
  const [agreed, setAgreed] = useState(false);
  const [tried, setTried] = useState(false);
  const [wrong, setWrong] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const fits = from !== "" && to !== "" && from <= to;

  async function send(): Promise<void> {
    setTried(true);
    if (!fits || !agreed || name.trim().length < 2) return;
    setBusy(true);
    setWrong(null);
    try {
      await keep("/api/me/certificate", "application/pdf", "certificate.pdf", { from, to, typed_name: name.trim() });
      await again();
    } catch (error) {
      setWrong(codeOf(error) === "offline" ? "offline" : "failed");
    }
    setBusy(false);
  }

  return (
    <section class="card stack" aria-labelledby="certificate-title" data-testid="certificate">
      <h2 id="certificate-title">{t("certificate_title")}</h2>
      <p class="soft">{t("certificate_lead")}</p>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void send();
        }}
      >
        <div class="pair">
          <Field label={t("certificate_from")} type="date" name="from" value={from} onInput={(event) => setFrom(event.currentTarget.value)} error={tried && !fits ? t("certificate_range") : undefined} />
          <Field label={t("certificate_to")} type="date" name="to" value={to} max={new Date(own.now).toISOString().slice(0, 10)} onInput={(event) => setTo(event.currentTarget.value)} />
        </div>
        <Check label={t("certificate_agree")} name="certificate-agree" checked={agreed} onChange={setAgreed} error={tried && !agreed ? t("sign_agree_missing") : undefined} />
        <Field label={t("sign_name")} hint={t("sign_name_hint")} name="certificate-name" autoComplete="name" maxLength={120} value={name} onInput={(event) => setName(event.currentTarget.value)} error={tried && name.trim().length < 2 ? t("sign_name_missing") : undefined} />
        {wrong && <Notice tone="bad" role="alert">{t(wrong)}</Notice>}
        <div>
          <Button type="submit" icon="download" busy={busy} data-testid="certificate-do">
            {t("certificate_do")}
          </Button>
        </div>
      </form>
    </section>
  );
}

function zones(now: string): readonly string[] {
  const all = Intl.supportedValuesOf("timeZone");
  return all.includes(now) ? all : [now, ...all];
}

function Preferences({ own, language, changed }: SectionProps) {
  const [said, setSaid] = useState<Settings>({ alias: own.alias, reminders: own.reminders, language: own.language === "es" || own.language === "en" ? own.language : language, zone: own.zone });
  const [outcome, setOutcome] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const missing = said.alias.trim() === "";

  async function save(): Promise<void> {
    if (missing) return;
    setBusy(true);
    setOutcome(null);
    try {
      changed(await http.put<Own>("/api/me/settings", { ...said, alias: said.alias.trim() }));
      setOutcome("saved");
    } catch (error) {
      const code = codeOf(error);
      setOutcome(code === "offline" ? "offline" : code === "stale" ? "stale" : "failed");
    }
    setBusy(false);
  }

  return (
    <section class="card stack" aria-labelledby="settings-title" data-testid="settings">
      <h2 id="settings-title">{t("settings_title")}</h2>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void save();
        }}
      >
        <Field label={t("alias")} hint={t("alias_hint")} name="alias" maxLength={40} autoComplete="nickname" value={said.alias} error={missing ? t("alias_missing") : undefined} onInput={(event) => setSaid({ ...said, alias: event.currentTarget.value })} />
        <Check label={t("reminders")} name="reminders" checked={said.reminders} onChange={(reminders) => setSaid({ ...said, reminders })} />
        <div class="pair">
          <Field kind="select" label={t("zone")} name="zone" value={said.zone} onChange={(event) => setSaid({ ...said, zone: event.currentTarget.value })}>
            {zones(said.zone).map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </Field>
          <Field kind="select" label={t("language")} name="message-language" value={said.language} onChange={(event) => setSaid({ ...said, language: event.currentTarget.value })}>
            <option value="en" lang="en">
              English
            </option>
            <option value="es" lang="es">
              Español
            </option>
          </Field>
        </div>
        <div class="row">
          <Button type="submit" busy={busy} data-testid="settings-save">
            {t("save")}
          </Button>
          <span role="status">{outcome && t(outcome)}</span>
        </div>
      </form>
    </section>
  );
}

function Data() {
  const [wrong, setWrong] = useState(false);
  const take = (kind: "pdf" | "json", type: string) =>
    void keep(`/api/me/data.${kind}`, type, `my-data.${kind}`).then(
      () => setWrong(false),
      (error: unknown) => {
        codeOf(error);
        setWrong(true);
      },
    );
  return (
    <section class="card stack" aria-labelledby="data-title" data-testid="data">
      <h2 id="data-title">{t("data_title")}</h2>
      <p class="soft">{t("data_lead")}</p>
      <div class="row">
        <Button icon="download" onClick={() => take("pdf", "application/pdf")} data-testid="data-pdf">
          {t("data_pdf")}
        </Button>
        <Button icon="download" onClick={() => take("json", "application/json")} data-testid="data-json">
          {t("data_json")}
        </Button>
      </div>
      {wrong && <Notice tone="bad" role="alert">{t("failed")}</Notice>}
    </section>
  );
}
