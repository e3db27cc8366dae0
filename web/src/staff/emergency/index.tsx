/** Emergency access: open a client's notes with a reason, read them while it lasts, and review what others opened. */
import { useState } from "preact/hooks";

import { announce, Button, Check, Field, Icon, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { duration, ownZone } from "../days.ts";
import { useLoad } from "../load.ts";
import { may } from "../notes/door.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { moment, sentence, t as staff } from "../words/index.ts";
import { Break } from "./Break.tsx";
import { mine, review, reviews, standing } from "./door.ts";
import type { Opening } from "./door.ts";
import { Reading } from "./Reading.tsx";
import { load, t } from "./words/index.ts";
import "./emergency.css";

await load();

const NOW_AND_THEN = 60;

export default function EmergencyPage({ rest: [opening] }: PageProps) {
  return opening === undefined ? <Emergency /> : <Reading key={opening} opening={opening} />;
}

function Emergency() {
  const loaded = useLoad("emergency", standing, NOW_AND_THEN);
  const [breaking, setBreaking] = useState(false);
  const opens = may("break_glass");
  return (
    <div class="stack emergency">
      <div class="day-head">
        <h1 tabIndex={-1}>{t("title")}</h1>
        {opens && (
          <Button look="danger" icon="unlock" onClick={() => setBreaking(true)} data-testid="break-glass">
            {t("break")}
          </Button>
        )}
      </div>
      <p class="soft">{t("why")}</p>
      <Failed loaded={loaded} />
      {opens && mine.value.length > 0 && (
        <section class="card stack" aria-labelledby="mine-title">
          <h2 id="mine-title">{t("mine")}</h2>
          <ul class="plain-list openings">
            {mine.value.map((one) => (
              <li key={one.id}>
                <a href={linkTo("emergency", one.id)}>{one.client_name}</a>
                <span class="soft small">{t("until", { time: moment(one.until, ownZone()) })}</span>
                <span class="small">{one.reason}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {opens && loaded.value !== null && mine.value.length === 0 && <p class="card soft">{t("none_open")}</p>}
      {may("break_glass.review") && <Reviews />}
      {breaking && <Break most={loaded.value?.minutes ?? 60} close={() => setBreaking(false)} />}
    </div>
  );
}

function Reviews() {
  const [all, setAll] = useState(false);
  const loaded = useLoad(`reviews ${all}`, () => reviews(all), NOW_AND_THEN);
  return (
    <section class="card stack" aria-labelledby="reviews-title" data-testid="reviews">
      <div class="row spread">
        <h2 id="reviews-title">{t("reviews")}</h2>
        <Check label={t("reviews.all")} checked={all} onChange={setAll} />
      </div>
      <p class="soft small">{t("reviews.why")}</p>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {loaded.value?.length === 0 && (
        <p class="row soft">
          <Icon name="check" />
          {t("reviews.none")}
        </p>
      )}
      {loaded.value !== null && loaded.value.length > 0 && (
        <ul class="plain-list reviews">
          {loaded.value.map((one) => (
            <Reviewed key={one.id} opening={one} done={loaded.again} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Reviewed({ opening, done }: { opening: Opening; done: () => void }) {
  const zone = ownZone();
  return (
    <li class="stack tight" data-testid={`review-${opening.id}`}>
      <h3>{t("opened", { who: opening.by_name || opening.by, client: opening.client_name || opening.client })}</h3>
      <p class="soft small">
        {t("opened_at", { time: moment(opening.at, zone), length: duration(opening.until - opening.at) })}
      </p>
      <blockquote>{opening.reason}</blockquote>
      {opening.review === null ? (
        <ReviewForm opening={opening.id} done={done} />
      ) : (
        <p class="small">
          <Icon name={opening.review.justified ? "check" : "warn"} />{" "}
          {t(opening.review.justified ? "was_right" : "was_wrong", {
            who: opening.review.by_name || opening.review.by,
            time: moment(opening.review.at, zone),
          })}{" "}
          <span class="soft">{opening.review.comment}</span>
        </p>
      )}
    </li>
  );
}

function ReviewForm({ opening, done }: { opening: string; done: () => void }) {
  const [comment, setComment] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const say = async (justified: boolean) => {
    if (comment.trim() === "") {
      setCode("comment");
      return;
    }
    setBusy(true);
    try {
      await review(opening, comment, justified);
      announce(t("reviewed"));
      done();
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="stack tight" onSubmit={(event) => event.preventDefault()}>
      <Field
        kind="area"
        label={t("comment")}
        rows={2}
        maxLength={1000}
        value={comment}
        error={code === "comment" ? t("comment_missing") : undefined}
        onInput={(event) => setComment(event.currentTarget.value)}
        data-testid={`comment-${opening}`}
      />
      {code !== null && code !== "comment" && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      <div class="row">
        <Button icon="check" busy={busy} onClick={() => void say(true)} data-testid={`right-${opening}`}>
          {t("right")}
        </Button>
        <Button icon="warn" busy={busy} onClick={() => void say(false)}>
          {t("wrong")}
        </Button>
      </div>
    </form>
  );
}
