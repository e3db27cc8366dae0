/** Asks for what an act on an enrolment needs: from which day, into which track, why; and says what will follow. */
import { useState } from "preact/hooks";

import { Field, Notice } from "../../ui/index.ts";
import { addDays } from "../days.ts";
import type { Day } from "../days.ts";
import { shortDay } from "../words/index.ts";
import { Ask } from "./Ask.tsx";
import type { Act, Choices, Enrolment, Episode } from "./door.ts";
import { called, t } from "./words/index.ts";

export interface Asked {
  readonly act: Act["act"];
  /** Of an admission: the latest episode, if there was one. */
  readonly episode: Episode | null;
}

export interface EpisodeDialogProps {
  readonly asked: Asked;
  readonly now: Enrolment;
  readonly lists: Choices;
  readonly close: () => void;
  /** `undo` says which act takes it back. */
  readonly send: (act: Act, undo?: (after: Enrolment) => Act) => Promise<void>;
}

const REASONS = ["return_to_use", "readmission", "step_down", "step_up", "transfer"] as const;

export function EpisodeDialog({ asked: { act, episode }, now, lists, close, send }: EpisodeDialogProps) {
  const before = act === "admit" && episode !== null && episode.discharged !== null ? episode : null;
  const [day, setDay] = useState<Day>(act === "correct" && episode !== null ? episode.admitted : now.today);
  const [last, setLast] = useState<Day>(act === "correct" ? (episode?.discharged ?? "") : "");
  const [track, setTrack] = useState(act === "move" ? "" : (episode?.track ?? lists.tracks.find((one) => one.open)?.code ?? ""));
  const [counsellor, setCounsellor] = useState(episode?.counsellor ?? "");
  const [reason, setReason] = useState(act === "correct" ? (episode?.reason ?? "") : "");
  const [because, setBecause] = useState<string>(act === "move" ? "step_down" : before === null ? "" : "return_to_use");
  const [level, setLevel] = useState("");
  const asks = {
    day: act !== "reopen" && act !== "counsellor",
    last: act === "pause" || (act === "correct" && episode?.discharged !== null),
    track: act === "admit" || act === "move" || act === "correct",
    counsellor: act === "admit" || act === "move" || act === "counsellor",
    code: act === "discharge" || (act === "correct" && episode?.discharged !== null),
    because: act === "move" || before !== null,
    level: act === "admit" || act === "move",
  };
  const missing = [
    ...(asks.day && day === "" ? ["day"] : []),
    ...(asks.track && track === "" ? ["track"] : []),
    ...(asks.code && reason === "" ? ["reason"] : []),
    ...(asks.because && because === "" ? ["because"] : []),
  ];
  const attempt = () =>
    send(
      {
        act,
        ...(act === "admit" ? {} : { episode: episode?.id ?? "" }),
        ...(asks.day ? { day } : {}),
        ...(asks.last && last !== "" ? { last } : {}),
        ...(asks.track ? { track } : {}),
        ...(asks.counsellor ? { counsellor: counsellor === "" ? null : counsellor } : {}),
        ...(asks.code || act === "pause" ? { reason } : {}),
        ...(asks.because ? { because, ...(act === "admit" ? { after: before?.id ?? null } : {}) } : {}),
        ...(asks.level && level !== "" ? { level } : {}),
      },
      undoOf(act, episode, day),
    );
  return (
    <Ask title={t(`act.${act}`)} action={t(`act.${act}`)} close={close} send={attempt} missing={missing}>
      {(error) => (
        <>
          <p class="soft">{t(`why.${act}`)}</p>
          {asks.track && (
            <Field kind="select" label={t("field.track")} value={track} error={error("track") ?? error("overlap")} onChange={(event) => setTrack(event.currentTarget.value)} data-testid="ask-track">
              {act === "move" && <option value="">{t("choose")}</option>}
              {lists.tracks
                .filter((one) => one.open || one.code === episode?.track)
                .filter((one) => act !== "move" || one.code !== episode?.track)
                .map((one) => (
                  <option key={one.code} value={one.code}>
                    {one.hours === "" ? one.title : `${one.title} – ${one.hours}`}
                  </option>
                ))}
            </Field>
          )}
          {asks.because && (
            <Field kind="select" label={t("field.because")} value={because} error={error("because")} onChange={(event) => setBecause(event.currentTarget.value)} data-testid="ask-because">
              {REASONS.filter((code) => act === "move" || code === "return_to_use" || code === "readmission" || code === "step_up").map((code) => (
                <option key={code} value={code}>
                  {t(`because.${code}`)}
                </option>
              ))}
            </Field>
          )}
          {asks.day && (
            <Field type="date" label={t(act === "discharge" ? "field.last" : act === "resume" ? "field.back" : "field.from")} value={day} error={error("day") ?? error("admitted") ?? error("discharged") ?? error("pauses")} onChange={(event) => setDay(event.currentTarget.value)} data-testid="ask-day" />
          )}
          {asks.last && <Field type="date" label={t(act === "pause" ? "field.until" : "field.last")} hint={act === "pause" ? t("field.until_hint") : undefined} value={last} onChange={(event) => setLast(event.currentTarget.value)} />}
          {asks.code && (
            <Field kind="select" label={t("field.reason")} value={reason} error={error("reason")} onChange={(event) => setReason(event.currentTarget.value)} data-testid="ask-reason">
              <option value="">{t("choose")}</option>
              {lists.reasons.map((one) => (
                <option key={one.code} value={one.code}>
                  {called(lists.reasons, one.code)}
                </option>
              ))}
            </Field>
          )}
          {act === "pause" && <Field label={t("field.pause_reason")} hint={t("field.pause_hint")} value={reason} maxLength={200} onInput={(event) => setReason(event.currentTarget.value)} />}
          {asks.counsellor && (
            <Field kind="select" label={t("field.counsellor")} value={counsellor} error={error("counsellor")} onChange={(event) => setCounsellor(event.currentTarget.value)} data-testid="ask-counsellor">
              <option value="">{t("filter.nobody")}</option>
              {lists.staff
                .filter((one) => one.leads || one.id === counsellor)
                .map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
            </Field>
          )}
          {asks.level && (
            <Field kind="select" label={t("field.level")} hint={t("field.level_hint")} value={level} error={error("level")} onChange={(event) => setLevel(event.currentTarget.value)} data-testid="ask-level">
              <option value="">{act === "admit" ? t("field.level_none") : t("field.level_same")}</option>
              {lists.levels.map((one) => (
                <option key={one.id} value={one.id}>
                  {t("level_choice", { code: one.code, n: Math.round(one.week_minutes / 60), id: one.id })}
                </option>
              ))}
            </Field>
          )}
          {act === "move" && day !== "" && episode !== null && (
            <Notice tone="plain">
              <p>{t("move.ends", { day: shortDay(addDays(day, -1)) })}</p>
            </Notice>
          )}
        </>
      )}
    </Ask>
  );
}

/** What takes an act back, where something does. */
function undoOf(act: Act["act"], episode: Episode | null, day: Day): ((after: Enrolment) => Act) | undefined {
  if (episode === null) return undefined;
  if (act === "discharge") return () => ({ act: "reopen", episode: episode.id });
  if (act === "reopen" && episode.discharged !== null) return () => ({ act: "discharge", episode: episode.id, day: episode.discharged ?? day, reason: episode.reason });
  if (act === "pause") return () => ({ act: "resume", episode: episode.id, day });
  if (act === "counsellor") return () => ({ act: "counsellor", episode: episode.id, counsellor: episode.counsellor === "" ? null : episode.counsellor });
  return undefined;
}
