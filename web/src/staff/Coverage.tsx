/**
 * Who pays for a client, and their level of care: what counts today, every other entry below it, and new entries. Nothing
 * is overwritten: a mistake is recorded again, and what is over is given its last day.
 */
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { announce, Button, Dialog, Field, Notice } from "../ui/index.ts";
import { codeOf, coverage, endEntry, fieldOf, recordCoverage, recordLevel } from "./api.ts";
import type { ClientCoverage, CoverageEntry, LevelEntry } from "./api.ts";
import { dayOf, isDay } from "./days.ts";
import type { Day } from "./days.ts";
import { useLoad } from "./load.ts";
import { Failed } from "./State.tsx";
import { asHours, known, sentence, shortDay, t } from "./words/index.ts";

export interface CoverageProps {
  readonly client: string;
  readonly alias: string;
  /** Decides which day is today. */
  readonly zone: string;
  /** Where the page has no headings between its own and this one. */
  readonly heading?: "h2" | "h4";
}

type Doing = { readonly what: "coverage" | "level" } | { readonly what: "end"; readonly entry: CoverageEntry | LevelEntry };

export function Coverage({ client, alias, zone, heading: Heading = "h4" }: CoverageProps) {
  const loaded = useLoad(`coverage ${client}`, () => coverage(client));
  const [doing, setDoing] = useState<Doing | null>(null);
  const shown = loaded.value;
  // Whoever may not see it has no part of the page about it.
  if (loaded.code === "not_allowed" || loaded.code === "no_such_thing") return null;
  const close = () => setDoing(null);
  const done = () => {
    close();
    announce(t("coverage.kept"));
    loaded.again();
  };
  const today = dayOf(Date.now(), zone);
  return (
    <section class="stack" aria-label={t("coverage.of", { alias })} data-testid={`coverage-${client}`}>
      <Heading>{t("coverage.title")}</Heading>
      <Failed loaded={loaded} />
      {shown === null ? (
        loaded.code === null && <p class="soft">{t("loading")}</p>
      ) : (
        <>
          <Payer shown={shown} end={(entry) => setDoing({ what: "end", entry })} />
          <Level shown={shown} end={(entry) => setDoing({ what: "end", entry })} />
          <div class="row">
            <Button onClick={() => setDoing({ what: "coverage" })} data-testid={`coverage-new-${client}`}>
              {t("coverage.new")}
              <span class="unseen">: {alias}</span>
            </Button>
            <Button onClick={() => setDoing({ what: "level" })} data-testid={`level-new-${client}`}>
              {t("level.new")}
              <span class="unseen">: {alias}</span>
            </Button>
          </div>
          <Others shown={shown} end={(entry) => setDoing({ what: "end", entry })} />
          {doing?.what === "coverage" && <NewCoverage client={client} alias={alias} today={today} shown={shown} close={close} done={done} />}
          {doing?.what === "level" && <NewLevel client={client} alias={alias} today={today} shown={shown} close={close} done={done} />}
          {doing?.what === "end" && <End client={client} entry={doing.entry} today={today} close={close} done={done} />}
        </>
      )}
    </section>
  );
}

interface Shown {
  readonly shown: ClientCoverage;
  readonly end: (entry: CoverageEntry | LevelEntry) => void;
}

function Payer({ shown, end }: Shown) {
  const paying = shown.coverage.find((entry) => entry.in_force);
  if (paying === undefined) {
    return (
      <Notice tone="warn" data-testid="no-payer">
        <p>{t("coverage.none")}</p>
      </Notice>
    );
  }
  return (
    <>
      <dl class="facts">
        <dt>{t("coverage.payer")}</dt>
        <dd>
          {paying.payer_name || paying.payer} <span class="soft small">{between(paying)}</span> <EndButton entry={paying} end={end} />
        </dd>
        {numbers(paying).map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      {!paying.has_rules && (
        <Notice tone="warn">
          <p>{t("coverage.no_rules", { payer: paying.payer })}</p>
        </Notice>
      )}
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** What stands on a claim, in the order in which a biller types it. */
export function numbers(entry: CoverageEntry): [name: string, value: string][] {
  const allowed = [
    entry.authorization,
    entry.authorized_units === null ? "" : t("coverage.units", { n: entry.authorized_units }),
    entry.authorized_from === null && entry.authorized_to === null ? "" : between({ effective_from: entry.authorized_from, effective_to: entry.authorized_to }),
  ];
  const all: [string, string][] = [
    [t("coverage.member"), entry.member],
    [t("coverage.authorization"), allowed.filter((part) => part !== "").join(", ")],
    [t("coverage.place"), entry.place_of_service === "" ? "" : known("pos", entry.place_of_service, "pos.unknown")],
  ];
  return all.filter(([, value]) => value !== "");
}

/** "from 1 Feb 2026", "1 Feb 2026 to 3 Mar 2026", "until 3 Mar 2026". */
export function between({ effective_from: from, effective_to: to }: { readonly effective_from: Day | null; readonly effective_to: Day | null }): string {
  if (to === null) return from === null ? "" : t("coverage.from_day", { day: shortDay(from) });
  if (from === null) return t("coverage.to_day", { day: shortDay(to) });
  return t("coverage.days", { from: shortDay(from), to: shortDay(to) });
}

function Level({ shown, end }: Shown) {
  const level = shown.levels.find((entry) => entry.in_force);
  return (
    <dl class="facts">
      <dt>{t("level.title")}</dt>
      <dd>
        {level === undefined ? (
          <span class="soft">{t("level.clinic", { level: shown.clinic_level })}</span>
        ) : (
          <>
            {levelInWords(level)} <span class="soft small">{between(level)}</span> <EndButton entry={level} end={end} />
          </>
        )}
      </dd>
    </dl>
  );
}

function levelInWords({ code, level, week_minutes: minutes }: Pick<LevelEntry, "code" | "level" | "week_minutes">): string {
  return code === "" ? level : t("level.words", { code, time: asHours(minutes) });
}

function EndButton({ entry, end }: { entry: CoverageEntry | LevelEntry; end: (entry: CoverageEntry | LevelEntry) => void }) {
  if (entry.effective_to !== null) return null;
  return (
    <Button look="plain" onClick={() => end(entry)} data-testid={`end-${entry.id}`}>
      {t("coverage.end")}
      <span class="unseen">: {"payer" in entry ? entry.payer_name || entry.payer : entry.level}</span>
    </Button>
  );
}

/** Earlier entries, those to come, and mistakes. */
function Others({ shown, end }: Shown) {
  const all = [...shown.coverage, ...shown.levels].filter((entry) => !entry.in_force);
  if (all.length === 0) return null;
  return (
    <details>
      <summary>{t("coverage.others", { n: all.length })}</summary>
      <ul class="plain-list small">
        {all.map((entry) => (
          <li key={entry.id}>
            <div>
              <p>
                {"payer" in entry ? entry.payer_name || entry.payer : levelInWords(entry)}{" "}
                <span class="soft">{isVoid(entry) ? t("coverage.void") : between(entry)}</span>
              </p>
              {"payer" in entry && <p class="soft">{numbers(entry).map(([name, value]) => `${name}: ${value}`).join(" · ")}</p>}
            </div>
            <EndButton entry={entry} end={end} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Ended before it began: a mistake, which never counts. */
export function isVoid({ effective_from: from, effective_to: to }: Pick<CoverageEntry, "effective_from" | "effective_to">): boolean {
  return to !== null && to < from;
}

interface Asking {
  readonly client: string;
  readonly alias: string;
  readonly today: Day;
  readonly shown: ClientCoverage;
  readonly close: () => void;
  readonly done: () => void;
}

function NewCoverage({ client, alias, today, shown, close, done }: Asking) {
  const before = shown.coverage.find((entry) => entry.in_force);
  const [text, setText] = useState({
    payer: before?.payer ?? shown.payers[0] ?? "",
    payer_name: before?.payer_name ?? "",
    member: before?.member ?? "",
    authorization: "",
    authorized_units: "",
    authorized_from: "",
    authorized_to: "",
    place_of_service: before?.place_of_service ?? "",
    effective_from: today,
  });
  const put = (name: keyof typeof text) => (event: { currentTarget: { value: string } }) => setText({ ...text, [name]: event.currentTarget.value });
  const units = text.authorized_units.trim();
  const faults = {
    payer: text.payer.trim() === "" ? t("coverage.payer_missing") : undefined,
    effective_from: isDay(text.effective_from) ? undefined : t("coverage.day_missing"),
    authorized_units: /^\d{0,6}$/.test(units) && Number(units) <= 100_000 ? undefined : t("coverage.units_wrong"),
    authorized_to: text.authorized_from !== "" && text.authorized_to !== "" && text.authorized_to < text.authorized_from ? t("attendance.backwards") : undefined,
  };
  return (
    <Ask
      title={t("coverage.new_title", { alias })}
      close={close}
      done={done}
      wrong={Object.values(faults).some((fault) => fault !== undefined)}
      send={() =>
        recordCoverage(client, {
          ...text,
          payer: text.payer.trim(),
          authorized_units: units === "" ? null : Number(units),
          authorized_from: text.authorized_from || null,
          authorized_to: text.authorized_to || null,
        })
      }
    >
      {(tried) => (
        <>
          <p>{t("coverage.new_why")}</p>
          {shown.payers.length > 0 ? (
            <Field kind="select" label={t("coverage.payer")} value={text.payer} error={tried ? faults.payer : undefined} onChange={put("payer")} data-testid="coverage-payer">
              {[...new Set([...shown.payers, text.payer])].map((code) => (
                <option key={code} value={code}>
                  {code}
                </option>
              ))}
            </Field>
          ) : (
            <Field label={t("coverage.payer_code")} hint={t("coverage.payer_hint")} value={text.payer} maxLength={120} error={tried ? faults.payer : undefined} onInput={put("payer")} data-testid="coverage-payer" />
          )}
          <Field label={t("coverage.from")} type="date" value={text.effective_from} error={tried ? faults.effective_from : undefined} onChange={put("effective_from")} data-testid="coverage-from" />
          <Field label={t("coverage.payer_name")} value={text.payer_name} maxLength={120} onInput={put("payer_name")} />
          <Field label={t("coverage.member")} value={text.member} maxLength={120} autoComplete="off" onInput={put("member")} data-testid="coverage-member" />
          <Field label={t("coverage.authorization")} value={text.authorization} maxLength={120} autoComplete="off" onInput={put("authorization")} />
          <Field label={t("coverage.units_label")} inputMode="numeric" value={text.authorized_units} error={tried ? faults.authorized_units : undefined} onInput={put("authorized_units")} />
          <Field label={t("coverage.authorized_from")} type="date" value={text.authorized_from} onChange={put("authorized_from")} />
          <Field label={t("coverage.authorized_to")} type="date" value={text.authorized_to} error={tried ? faults.authorized_to : undefined} onChange={put("authorized_to")} />
          <Field kind="select" label={t("coverage.place")} value={text.place_of_service} onChange={put("place_of_service")}>
            <option value="">{t("pos.none")}</option>
            <option value="10">{t("pos.10")}</option>
            <option value="02">{t("pos.02")}</option>
          </Field>
        </>
      )}
    </Ask>
  );
}

function NewLevel({ client, alias, today, shown, close, done }: Asking) {
  const now = shown.levels.find((entry) => entry.in_force)?.level ?? shown.clinic_level;
  const [level, setLevel] = useState(now);
  const [day, setDay] = useState<string>(today);
  return (
    <Ask title={t("level.new_title", { alias })} close={close} done={done} wrong={!isDay(day)} send={() => recordLevel(client, level, day)}>
      {(tried) => (
        <>
          <p>{t("level.new_why")}</p>
          <Field kind="select" label={t("level.title")} value={level} onChange={(event) => setLevel(event.currentTarget.value)} data-testid="level-choice">
            {shown.level_choices.map((one) => (
              <option key={one.id} value={one.id}>
                {levelInWords({ ...one, level: one.id })} – {one.id}
              </option>
            ))}
          </Field>
          <Field
            label={t("coverage.from")}
            type="date"
            value={day}
            error={tried && !isDay(day) ? t("coverage.day_missing") : undefined}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
        </>
      )}
    </Ask>
  );
}

interface EndProps {
  readonly client: string;
  readonly entry: CoverageEntry | LevelEntry;
  readonly today: Day;
  readonly close: () => void;
  readonly done: () => void;
}

function End({ client, entry, today, close, done }: EndProps) {
  const [day, setDay] = useState<string>(today);
  const wrong = isDay(day) ? null : t("coverage.day_missing");
  return (
    <Ask title={t("coverage.end_title")} close={close} done={done} wrong={wrong !== null} send={() => endEntry(client, entry.id, day)}>
      {(tried) => (
        <>
          <p>{t("coverage.end_why", { day: shortDay(entry.effective_from) })}</p>
          <Field
            label={t("coverage.last_day")}
            type="date"
            value={day}
            error={tried && wrong !== null ? wrong : undefined}
            onChange={(event) => setDay(event.currentTarget.value)}
            data-testid="end-day"
          />
        </>
      )}
    </Ask>
  );
}

interface AskProps {
  readonly title: string;
  readonly close: () => void;
  readonly done: () => void;
  /** Whether something that was typed cannot be sent. */
  readonly wrong: boolean;
  readonly send: () => Promise<void>;
  readonly children: (tried: boolean) => ComponentChildren;
}

function Ask({ title, close, done, wrong, send, children }: AskProps) {
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const attempt = async () => {
    setTried(true);
    if (wrong) return;
    setBusy(true);
    setError(null);
    try {
      await send();
      done();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const field = fieldOf(error);
  return (
    <Dialog
      title={title}
      closeLabel={t("close")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button look="primary" busy={busy} onClick={() => void attempt()} data-testid="record-do">
            {t("coverage.record")}
          </Button>
        </>
      }
    >
      <div class="stack">
        {error !== null && (
          <Notice tone="bad" role="alert">
            {field === null ? sentence(codeOf(error)) : t("coverage.refused", { field: known("field", field, "field.unknown") })}
          </Notice>
        )}
        {children(tried)}
      </div>
    </Dialog>
  );
}
