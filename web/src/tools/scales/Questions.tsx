/** What a client is asked, and what others show to the group. */
import { useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import type { Session } from "../../core/session.ts";
import { when } from "../../text/catalogue.ts";
import { announce, Button, Check, Field, Icon, Notice } from "../../ui/index.ts";
import type { RoomView, ScaleGiven, ScaleItem, ScalesSeen } from "../../wire.ts";
import { calls, said, valueOf } from "./items.ts";
import { t } from "./words/index.ts";

interface Mine {
  readonly value: ScaleGiven["value"] | null;
  readonly shared: boolean;
}

const NOTHING: Mine = { value: null, shared: false };
const SCALE = Array.from({ length: 11 }, (_, value) => value);
const LONGEST = 280;

export function Questions({ session, room, seen }: { session: Session; room: RoomView; seen: ScalesSeen }) {
  const me = room.you.member;
  const sent = seen.people.find((one) => one.member === me);
  const [mine, setMine] = useState<Readonly<Record<string, Mine>>>(() =>
    Object.fromEntries(sent?.given.map(({ item, value, shared }) => [item, { value, shared }]) ?? []),
  );
  const [busy, setBusy] = useState(false);
  const put = (item: string, part: Partial<Mine>) => setMine((before) => ({ ...before, [item]: { ...NOTHING, ...before[item], ...part } }));
  const given = seen.items.flatMap(({ code }): ScaleGiven[] => {
    const one = mine[code];
    const value = typeof one?.value === "string" ? one.value.trim() : one?.value;
    return value === null || value === undefined || value === "" ? [] : [{ item: code, value, shared: one?.shared ?? false }];
  });
  const others = seen.people.filter((one) => one.member !== me);
  const signal = seen.items.some((item) => sent?.given.some((one) => one.item === item.code && calls(item, one)));

  async function send(): Promise<void> {
    setBusy(true);
    const answer = await session.use({ do: "scales.answer", given });
    report(answer);
    const help = seen.items.some((item) => given.some((one) => one.item === item.code && calls(item, one)));
    if (answer.ok && help && room.you.noted === "") report(await session.command("help", {}));
    if (answer.ok) announce(t(help ? "sent_signal" : "sent", { time: when(session.now(), { hour: "numeric", minute: "2-digit" }) }));
    setBusy(false);
  }

  return (
    <>
      <form
        class="scales"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void send();
        }}
      >
        <h3>{t(`title_${seen.when}`)}</h3>
        <p class="soft small">{t("privacy")}</p>
        {seen.items.map((item) => (
          <Question key={item.code} item={item} mine={mine[item.code] ?? NOTHING} put={(part) => put(item.code, part)} />
        ))}
        {sent && (
          <Notice tone={signal ? undefined : "plain"} icon="check" role="status" data-testid="scales-sent">
            {signal ? t("sent_signal") : t("sent", { time: when(sent.at, { hour: "numeric", minute: "2-digit" }) })}
          </Notice>
        )}
        <div>
          <Button look="primary" type="submit" busy={busy} data-testid="scales-send">
            {t(sent ? "send_again" : "send")}
          </Button>
        </div>
      </form>
      {others.length > 0 && (
        <section class="shown" aria-labelledby="scales-shown">
          <h3 id="scales-shown">{t("shown")}</h3>
          <ul class="given-list" data-testid="scales-shown">
            {others.flatMap((one) =>
              one.given.map((answer) => {
                const item = seen.items.find((other) => other.code === answer.item);
                return (
                  <li key={`${one.member} ${answer.item}`}>
                    <strong>{room.members.find((other) => other.member === one.member)?.alias ?? ""}</strong> {item && said(item.text)}{" "}
                    <b>{valueOf(answer)}</b>
                  </li>
                );
              }),
            )}
          </ul>
        </section>
      )}
    </>
  );
}

function Question({ item, mine, put }: { item: ScaleItem; mine: Mine; put: (part: Partial<Mine>) => void }) {
  const answered = mine.value !== null && mine.value !== "";
  const share = item.signal === null && answered && <Check label={t("share")} checked={mine.shared} onChange={(shared) => put({ shared })} data-testid={`share-${item.code}`} />;
  if (item.answers === "words") {
    return (
      <div>
        <Field
          kind="area"
          rows={2}
          label={said(item.text)}
          name={item.code}
          maxLength={LONGEST}
          value={typeof mine.value === "string" ? mine.value : ""}
          onInput={(event) => put({ value: event.currentTarget.value })}
        />
        {share}
      </div>
    );
  }
  const choices: readonly (readonly [string, ScaleGiven["value"]])[] =
    item.answers === "yes_no" ? [[t("yes"), true], [t("no"), false]] : SCALE.map((value) => [String(value), value]);
  return (
    <fieldset class="question" data-answers={item.answers}>
      <legend>{said(item.text)}</legend>
      {item.answers === "scale" && <p class="unseen">{t("scale_hint", { low: said(item.low), high: said(item.high) })}</p>}
      <div class="choices">
        {choices.map(([label, value]) => (
          <label key={label} data-chosen={mine.value === value || undefined}>
            <input type="radio" name={item.code} value={label} checked={mine.value === value} onChange={() => put({ value })} data-testid={`${item.code}-${String(value)}`} />
            <span>{label}</span>
          </label>
        ))}
      </div>
      {item.answers === "scale" && (
        <p class="ends small soft" aria-hidden="true">
          <span>{said(item.low)}</span>
          <span>{said(item.high)}</span>
        </p>
      )}
      {item.signal !== null && (
        <p class="small signal">
          <Icon name="care" />
          {t("signal")}
        </p>
      )}
      {answered && (
        <Button look="plain" onClick={() => put(NOTHING)}>
          {t("clear")}
        </Button>
      )}
      {share}
    </fieldset>
  );
}
