/**
 * The pane of SUD counselling notes (42 CFR 2.11): their author's alone, in another store, under another key. It looks
 * different on purpose, so that nobody writes into the wrong one: a locked frame and a sentence about who can read it.
 */
import { useEffect, useId, useState } from "preact/hooks";

import { when } from "../../text/catalogue.ts";
import { announce, Button, Dialog, Icon, Notice } from "../../ui/index.ts";
import { codeOf, me } from "../api.ts";
import type { Event, Revision, Sending } from "../autosave.ts";
import { Keeper, openBooks, settled } from "../notes.ts";
import { sentence } from "../words/index.ts";
import { Conflict } from "./Conflict.tsx";
import { free, FREE_TEMPLATE, inUnits, isEmpty, TEXT } from "./content.ts";
import { counsellingOf, saveCounselling, signCounselling } from "./door.ts";
import type { CounsellingNote } from "./door.ts";
import { Excerpt } from "./Found.tsx";
import { Fields } from "./Fields.tsx";
import { shelfOf } from "./kept.ts";
import { nameOf } from "./people.ts";
import type { Names } from "./people.ts";
import { Refused, Status } from "./Section.tsx";
import { t } from "./words/index.ts";

function revisionOf(note: CounsellingNote): Revision {
  const signed = note.state === "draft" ? null : (note.signed ?? note.saved);
  return { revision: note.revision, content: free(note.text), saved: note.saved, signed };
}

const NEVER: Omit<CounsellingNote, "about"> = { revision: 0, state: "draft", text: "", saved: 0, signed: null };

interface Pad {
  readonly keepers: readonly Keeper[];
  readonly add: (about: string) => void;
  readonly take: (notes: readonly CounsellingNote[]) => void;
  readonly code: string | null;
  readonly again: () => void;
}

/** The author's notes of a session for as long as the pane is open. */
function usePad(session: string, first: string): Pad {
  const [keepers, setKeepers] = useState<readonly Keeper[]>([]);
  const [code, setCode] = useState<string | null>("loading");
  const [round, setRound] = useState(0);
  // Its words lie beside those of the progress note, under another name.
  const [shelf] = useState(() => shelfOf(me.peek()?.person ?? "", `${session}-own`));

  const made = (about: string, base: Revision, left?: Parameters<typeof keep>[2]) => keep(about, base, left);
  const keep = (about: string, base: Revision, left?: ConstructorParameters<typeof Keeper>[4]): Keeper => {
    const save = async (sending: Sending): Promise<Event> => {
      const answer = await saveCounselling(session, about, sending);
      const at = performance.now();
      if (answer.kind === "ok") return { kind: "saved", section: revisionOf(answer.section), at };
      if (answer.kind === "stale") return { kind: "stale", current: revisionOf(answer.current), at };
      return answer;
    };
    return new Keeper(about, base, save, shelf, left);
  };

  useEffect(() => {
    let gone = false;
    Promise.all([counsellingOf(session), shelf.take()]).then(
      ([notes, left]) => {
        if (gone) return;
        const found = new Map(notes.map((note) => [note.about ?? "group", revisionOf(note)]));
        const abouts = new Set([...found.keys(), ...left.keys(), first]);
        setKeepers([...abouts].map((about) => made(about, found.get(about) ?? revisionOf({ ...NEVER, about }), left.get(about))));
        setCode(null);
      },
      (error: unknown) => setCode(codeOf(error)),
    );
    return () => {
      gone = true;
    };
  }, [session, round]);

  useEffect(() => {
    const settle = async () => (await Promise.all(keepers.map(settled))).every((phase) => phase === "saved" || phase === "signed");
    const book = { settle };
    openBooks.add(book);
    const online = () => keepers.forEach((keeper) => keeper.tell({ kind: "reachable" }));
    const hide = () => keepers.forEach((keeper) => keeper.flush());
    addEventListener("online", online);
    addEventListener("pagehide", hide);
    return () => {
      openBooks.delete(book);
      removeEventListener("online", online);
      removeEventListener("pagehide", hide);
    };
  }, [keepers]);
  useEffect(
    () => () => {
      setKeepers((now) => {
        for (const keeper of now) {
          keeper.flush();
          keeper.stop();
        }
        shelf.leave();
        return now;
      });
    },
    [],
  );

  return {
    keepers,
    code,
    again: () => setRound(round + 1),
    add: (about) => setKeepers([...keepers, made(about, revisionOf({ ...NEVER, about }))]),
    take: (notes) => {
      for (const note of notes) {
        keepers.find(({ about }) => about === (note.about ?? "group"))?.tell({ kind: "refreshed", section: revisionOf(note) });
      }
    },
  };
}

export function Counselling({ session, abouts, names, ended }: { session: string; abouts: readonly string[]; names: Names; ended: boolean }) {
  const pad = usePad(session, abouts[0] ?? "group");
  const id = useId();
  const rest = abouts.filter((about) => !pad.keepers.some((keeper) => keeper.about === about));
  const all = pad.keepers.map((keeper) => keeper.draft.value);
  const signable = ended && all.some((draft) => draft.phase !== "signed" && !isEmpty(draft.content));
  return (
    <section class="counselling stack" aria-labelledby={`${id}-title`} data-testid="counselling">
      <div class="row">
        <Icon name="lock" />
        <h3 id={`${id}-title`}>{t("own.title")}</h3>
      </div>
      <p class="small">{t("own.who")}</p>
      <p class="small soft">{t("own.times")}</p>
      {pad.code === "loading" && <p class="soft">{t("loading")}</p>}
      {pad.code !== null && pad.code !== "loading" && (
        <Notice tone="warn" role="status">
          <p>{sentence(pad.code)}</p>
          <Button look="plain" onClick={pad.again}>
            {t("again")}
          </Button>
        </Notice>
      )}
      {pad.keepers.map((keeper) => (
        <OwnNote key={keeper.about} keeper={keeper} names={names} />
      ))}
      {pad.code === null && rest.length > 0 && (
        <div class="field own-add">
          <label for={`${id}-about`} class="small">
            {t("own.about")}
          </label>
          <select
            id={`${id}-about`}
            class="input"
            value=""
            data-testid="own-add"
            onChange={(event) => {
              const about = event.currentTarget.value;
              event.currentTarget.value = "";
              if (about !== "") pad.add(about);
            }}
          >
            <option value="">{t("own.choose")}</option>
            {rest.map((about) => (
              <option key={about} value={about}>
                {nameOf(about, names)}
              </option>
            ))}
          </select>
        </div>
      )}
      {signable && <SignOwn session={session} keepers={pad.keepers} onSigned={pad.take} />}
    </section>
  );
}

function OwnNote({ keeper, names }: { keeper: Keeper; names: Names }) {
  const id = useId();
  const draft = keeper.draft.value;
  const name = nameOf(keeper.about, names);
  const text = draft.content.fields[TEXT] ?? "";
  const times = draft.phase === "refused" && draft.code === "times";
  useEffect(() => {
    if (times) announce(t("own.times_refused", { n: draft.places.length }), "assertive");
  }, [times]);
  return (
    <section class="note stack" aria-labelledby={`${id}-name`} data-phase={draft.phase} data-section={`own-${keeper.about}`}>
      <div class="row spread note-top">
        <h4 id={`${id}-name`}>{name}</h4>
        <span class="note-status small" id={`${id}-status`} data-phase={draft.phase} data-testid={`own-status-${keeper.about}`}>
          <Status draft={draft} state="signed" />
        </span>
      </div>
      {draft.phase === "signed" ? (
        <div class="note-text">{text}</div>
      ) : (
        <Fields
          content={draft.content}
          template={FREE_TEMPLATE}
          whose={t("own.label", { name })}
          hint={t("own.hint")}
          describedBy={`${id}-status`}
          testid={`own-${keeper.about}`}
          onWrite={(content) => keeper.tell({ kind: "typed", content, at: performance.now() })}
          onLeave={() => keeper.flush()}
        />
      )}
      {times && (
        <div class="found" data-refuses="true" role="group" aria-labelledby={`${id}-times`} data-testid="own-times">
          <p id={`${id}-times`}>
            <Icon name="warn" /> {t("own.times_refused", { n: draft.places.length })}
          </p>
          {inUnits(text, draft.places).map(([start, end]) => (
            <Excerpt key={start} text={text} start={start} end={end} />
          ))}
          <p class="small soft">{t("own.times_why")}</p>
        </div>
      )}
      {draft.phase === "refused" && !times && <Refused draft={draft} onAgain={() => keeper.flush()} />}
      {draft.phase === "conflict" && draft.theirs !== null && (
        <Conflict keeper={keeper} mine={draft.content} theirs={draft.theirs.content} closed={draft.theirs.signed !== null} templates={[FREE_TEMPLATE]} />
      )}
    </section>
  );
}

function SignOwn({ session, keepers, onSigned }: { session: string; keepers: readonly Keeper[]; onSigned: (notes: readonly CounsellingNote[]) => void }) {
  const [asking, setAsking] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const sign = async () => {
    const phases = await Promise.all(keepers.map(settled));
    if (!phases.every((phase) => phase === "saved" || phase === "signed")) return setCode("unsaved");
    try {
      onSigned(await signCounselling(session));
      announce(t("own.signed", { time: when(Date.now(), { hour: "numeric", minute: "2-digit" }) }));
      setAsking(false);
    } catch (error) {
      setCode(codeOf(error));
    }
  };
  return (
    <div class="row">
      <Button icon="lock" onClick={() => setAsking(true)} data-testid="own-sign">
        {t("own.sign")}
      </Button>
      {asking && (
        <Dialog
          title={t("own.sign_title")}
          closeLabel={t("close")}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{t("cancel")}</Button>
              <Button look="primary" onClick={() => void sign()} data-testid="own-sign-confirm">
                {t("sign_do")}
              </Button>
            </>
          }
        >
          <div class="stack">
            <p>{t("own.sign_why")}</p>
            {code !== null && (
              <Notice tone="bad" role="alert">
                {code === "unsaved" ? t("unsaved") : sentence(code)}
              </Notice>
            )}
          </div>
        </Dialog>
      )}
    </div>
  );
}
