/** What whoever presents has beside the page: the next one, the clock, hands and questions, the topic, the library. */
import { useEffect, useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { useComputed } from "@preact/signals";
import { when } from "../../text/catalogue.ts";
import { Button, Check, Field } from "../../ui/index.ts";
import type { SlidesSeen } from "../../wire.ts";
import { library, type Library } from "../library.ts";
import { nameIn } from "../naming.ts";
import type { ToolProps } from "../registry.ts";
import { openSlides, type Slides } from "./deck.ts";
import { t } from "./words/index.ts";

const SHOWN_QUESTIONS = 3;

export function Presenter(props: ToolProps) {
  const now = props.seen?.tool === "slides" ? props.seen : null;
  const presenting = now !== null && now.open && now.material !== "";
  return (
    <>
      {presenting && <Presenting key={now.material} {...props} now={now} />}
      <Topic {...props} now={now} />
      <Materials {...props} now={now} />
    </>
  );
}

function Presenting({ session, room, now }: ToolProps & { now: SlidesSeen }) {
  const handout = now.handouts.some((one) => one.material === now.material);
  return (
    <>
      <p class="presenter-title">
        <strong>{now.title}</strong>
      </p>
      <Upcoming room={room} now={now} />
      <Clock session={session} room={room} />
      <Asking session={session} room={room} />
      <Check
        label={t("handout")}
        checked={handout}
        data-testid="slides-handout"
        onChange={(on) => void session.use({ do: "slides.handout", material: now.material, handout: on }).then(report)}
      />
      <Button onClick={() => void session.use({ do: "slides.close" }).then(report)} data-testid="slides-away">
        {t("away")}
      </Button>
    </>
  );
}

function Upcoming({ room, now }: Pick<ToolProps, "room"> & { now: SlidesSeen }) {
  const [slides, setSlides] = useState<Slides | null>(null);
  const [url, setUrl] = useState<string | null>(null);
  const next = now.page + 1;
  useEffect(() => {
    const opened = openSlides(room.session, now.material);
    opened.deck.catch(() => undefined);
    setSlides(opened);
    return () => opened.close();
  }, [room.session, now.material]);
  useEffect(() => {
    setUrl(null);
    let here = true;
    if (slides && next < now.pages) {
      slides.image(next).then(
        (found) => here && setUrl(found),
        () => undefined,
      );
    }
    return () => {
      here = false;
    };
  }, [slides, next]);
  return (
    <figure class="presenter-next">
      <figcaption class="small soft">{next < now.pages ? t("upcoming") : t("last")}</figcaption>
      {url !== null && <img src={url} alt={t("slide", { n: next + 1, all: now.pages })} data-testid="slides-upcoming" />}
    </figure>
  );
}

function Clock({ session, room }: Pick<ToolProps, "session" | "room">) {
  const [now, setNow] = useState(() => session.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(session.now()), 1000);
    return () => clearInterval(timer);
  }, [session]);
  const began = room.began ?? room.starts;
  return <p class="presenter-clock">{t("clock", { time: when(now, { timeStyle: "short" }), n: Math.max(0, Math.floor((now - began) / 60_000)) })}</p>;
}

function Asking({ session, room }: Pick<ToolProps, "session" | "room">) {
  const queue = useComputed(() => session.state.value.tools["questions"]?.seen ?? null).value;
  const waiting = queue?.tool === "questions" ? queue.questions.filter((one) => one.mark !== "answered").slice(0, SHOWN_QUESTIONS) : [];
  const hands = room.members.filter((one) => one.hand !== null).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0));
  return (
    <>
      <div>
        <h3>{t("hands")}</h3>
        {hands.length === 0 ? (
          <p class="soft small">{t("no_hands")}</p>
        ) : (
          <ol class="presenter-list">
            {hands.map((one) => (
              <li key={one.member}>{one.alias}</li>
            ))}
          </ol>
        )}
      </div>
      {room.profile.tools.includes("questions") && (
        <div>
          <h3>{t("asked")}</h3>
          {waiting.length === 0 ? (
            <p class="soft small">{t("no_questions")}</p>
          ) : (
            <ul class="presenter-list">
              {waiting.map((one) => (
                <li key={one.id}>
                  {one.by !== null && <span class="soft small">{nameIn(room, one.by, t("somebody"))}: </span>}
                  {one.text}
                  {one.mark === "waiting" && (
                    <Button look="plain" onClick={() => void session.use({ do: "questions.mark", question: one.id, mark: "now" }).then(report)}>
                      {t("answer_now")}
                      <span class="unseen">: {one.text}</span>
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </>
  );
}

function Topic({ session, now }: ToolProps & { now: SlidesSeen | null }) {
  const told = now?.topic ?? "";
  const [text, setText] = useState(told);
  const [saved, setSaved] = useState(false);
  useEffect(() => setText(told), [told]);
  return (
    <form
      class="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        void session.use({ do: "slides.topic", topic: text }).then((answer) => {
          report(answer);
          setSaved(answer.ok);
        });
      }}
    >
      <Field
        label={t("topic")}
        hint={t("topic_hint")}
        maxLength={120}
        value={text}
        data-testid="slides-topic"
        onInput={(event) => {
          setText(event.currentTarget.value);
          setSaved(false);
        }}
      />
      <div class="row">
        <Button type="submit" aria-disabled={text === told} data-testid="slides-topic-save">
          {t("topic_save")}
        </Button>
        <span role="status" class="small">
          {saved && text === told ? t("topic_saved") : ""}
        </span>
      </div>
    </form>
  );
}

function Materials({ session, now }: ToolProps & { now: SlidesSeen | null }) {
  const [found, setFound] = useState<Library | "offline" | null>(null);
  useEffect(() => {
    library().then(setFound, () => setFound("offline"));
  }, []);
  const offered = found !== null && found !== "offline" ? found.materials.filter((one) => !one.archived) : [];
  return (
    <div class="stack tight">
      <h3>{t("library")}</h3>
      {found === "offline" && <p role="status">{t("offline")}</p>}
      {found !== null && found !== "offline" && offered.length === 0 && <p class="soft small">{t("none")}</p>}
      <ul class="presenter-list" data-testid="slides-library">
        {offered.map((one) => (
          <li key={one.id} class="row spread">
            <span>
              {one.title}
              <span class="soft small block">
                {t("pages", { n: one.pages })}
                {one.topic !== "" && ` · ${one.topic}`}
              </span>
            </span>
            {now?.open && now.material === one.id ? (
              <span class="chip">{t("shown")}</span>
            ) : (
              <Button
                onClick={() =>
                  void session
                    .use({ do: "slides.open", material: one.id, title: one.title, topic: one.topic, pages: one.pages, handout: true })
                    .then(report)
                }
                data-testid={`slides-show-${one.id}`}
              >
                {t("show")}
                <span class="unseen">: {one.title}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
