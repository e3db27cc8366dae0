/** A client's way through the programme: episodes and levels of care drawn over time, told in words, and what can be done. */
import { useState } from "preact/hooks";

import { announce, Button, Icon, Menu } from "../../ui/index.ts";
import type { MenuItem } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { moment, shortDay } from "../words/index.ts";
import { choices, client as read, enrol, enrolment } from "./door.ts";
import type { Act, Choices, Enrolment, Episode } from "./door.ts";
import { EpisodeDialog } from "./EpisodeDialog.tsx";
import type { Asked } from "./EpisodeDialog.tsx";
import { StatusChip } from "./ListPage.tsx";
import { changed, shown } from "./shown.ts";
import type { TabProps } from "./tabs.ts";
import { Timeline } from "./Timeline.tsx";
import { Undo, undoable } from "./Undo.tsx";
import { called, known, t } from "./words/index.ts";

export default function Overview({ client: id }: TabProps) {
  const loaded = useLoad(`enrolment ${id} ${shown.value}`, () => enrolment(id));
  const offer = useLoad("choices", choices);
  const person = useLoad(`person ${id}`, () => read(id));
  const [asking, setAsking] = useState<Asked | null>(null);
  const now = loaded.value;
  const write = person.value?.may.includes("enrolment.write") ?? false;
  if (now === null || offer.value === null) {
    return (
      <>
        <Failed loaded={loaded} />
        {loaded.code === null && <p class="soft">{t("loading")}</p>}
      </>
    );
  }
  const lists = offer.value;
  const send = async (act: Act, undo?: (after: Enrolment) => Act) => {
    const after = await enrol(id, now.changes, act);
    announce(t(`done.${act.act}`));
    if (undo !== undefined) {
      undoable(t(`done.${act.act}`), async () => {
        await enrol(id, after.changes, undo(after));
        changed();
      });
    }
    setAsking(null);
    changed();
  };
  return (
    <div class="stack">
      <Undo />
      <section class="card stack" aria-labelledby="way">
        <div class="row between">
          <h2 id="way">{t("overview.title")}</h2>
          {write && (
            <Button onClick={() => setAsking({ act: "admit", episode: now.episodes[0] ?? null })} data-testid="admit">
              {now.episodes.length === 0 ? t("act.admit") : t("act.readmit")}
            </Button>
          )}
        </div>
        {now.episodes.length === 0 ? (
          <div class="empty">
            <Icon name="calendar" />
            <p class="soft">{write ? t("overview.none") : t("overview.none_yet")}</p>
          </div>
        ) : (
          <>
            <Timeline enrolment={now} tracks={lists.tracks} />
            <ol class="episodes">
              {now.episodes.map((one) => (
                <Stay key={one.id} episode={one} now={now} lists={lists} items={write ? items(one, now, setAsking) : []} />
              ))}
            </ol>
          </>
        )}
      </section>
      {now.history.length > 0 && <Log now={now} lists={lists} />}
      {asking !== null && <EpisodeDialog asked={asking} now={now} lists={lists} close={() => setAsking(null)} send={send} />}
    </div>
  );
}

function items(one: Episode, now: Enrolment, ask: (asked: Asked) => void): MenuItem[] {
  const open = one.discharged === null;
  const paused = one.pauses.some((pause) => pause.last === null || pause.last >= now.today);
  const item = (act: Act["act"], icon: MenuItem["icon"]): MenuItem => ({ label: t(`act.${act}`), icon, act: () => ask({ act, episode: one }), testid: `act-${act}` });
  return open
    ? [item("move", "next"), item("counsellor", "people"), paused ? item("resume", "play") : item("pause", "pause"), item("correct", "note"), item("discharge", "leave")]
    : [item("reopen", "unlock"), item("correct", "note")];
}

interface StayProps {
  readonly episode: Episode;
  readonly now: Enrolment;
  readonly lists: Choices;
  readonly items: MenuItem[];
}

function Stay({ episode: one, now, lists, items: acts }: StayProps) {
  const track = title(lists, one.track);
  const after = now.episodes.find((other) => other.id === one.after);
  const from = shortDay(one.admitted);
  return (
    <li class="episode">
      <div>
        <h3>
          {track} <StatusChip row={{ status: one.status, since: null }} />
        </h3>
        <p>{one.discharged === null ? t("since", { day: from }) : t("between", { from, to: shortDay(one.discharged) })}</p>
        <dl class="facts small">
          <dt>{t("field.counsellor")}</dt>
          <dd>{one.counsellor === "" ? <span class="soft">{t("filter.nobody")}</span> : (now.names[one.counsellor] ?? one.counsellor)}</dd>
          {one.reason !== "" && (
            <>
              <dt>{t("field.reason")}</dt>
              <dd>{called(lists.reasons, one.reason)}</dd>
            </>
          )}
          {after !== undefined && (
            <>
              <dt>{t("field.after")}</dt>
              <dd>
                {known("because", one.because, "because.transfer")}: {title(lists, after.track)}, {shortDay(after.admitted)}
              </dd>
            </>
          )}
          {one.pauses.map((pause, number) => (
            <>
              <dt key={number}>{t("field.pause")}</dt>
              <dd>
                {pause.last === null ? t("since", { day: shortDay(pause.first) }) : t("between", { from: shortDay(pause.first), to: shortDay(pause.last) })}
                {pause.reason !== "" && <span class="soft"> · {pause.reason}</span>}
              </dd>
            </>
          ))}
        </dl>
      </div>
      {acts.length > 0 && <Menu label={t("act.more", { track, day: from })} items={acts} data-testid={`acts-${one.id}`} />}
    </li>
  );
}

function title(lists: Choices, code: string): string {
  return lists.tracks.find((one) => one.code === code)?.title ?? code;
}

function Log({ now, lists }: { now: Enrolment; lists: Choices }) {
  return (
    <details class="card">
      <summary>{t("overview.history", { n: now.history.length })}</summary>
      <ol class="lines">
        {now.history.map((one, number) => {
          const episode = now.episodes.find((other) => other.id === one.episode);
          return (
            <li key={number}>
              <span>
                {known("did", one.what, "did.corrected")}
                {episode !== undefined && `: ${title(lists, episode.track)}`}{" "}
                <span class="soft small">
                  {moment(one.at, lists.zone)} · {now.names[one.by] ?? t("changes.system")}
                </span>
              </span>
            </li>
          );
        })}
      </ol>
    </details>
  );
}

