/** Who answered what, for those who lead: at both ends of this session, and how it was in the sessions before. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../ui/index.ts";
import type { Participant, RoomView, ScaleItem, ScalesOf, ScalesSeen } from "../../wire.ts";
import { earlierOf, type Earlier } from "./earlier.ts";
import { calls, said, valueOf } from "./items.ts";
import { Trend } from "./Trend.tsx";
import { t } from "./words/index.ts";

export function Answers({ room, seen }: { room: RoomView; seen: ScalesSeen }) {
  const [earlier, setEarlier] = useState<Earlier | null | "failed">(null);
  const clients = room.members.filter((one) => one.role === "client");
  const who = clients.map((one) => one.person).join();
  useEffect(() => {
    let gone = false;
    earlierOf(room.session).then(
      (found) => !gone && setEarlier(found),
      () => !gone && setEarlier("failed"),
    );
    return () => void (gone = true);
  }, [room.session, who]);
  const now = new Set(seen.people.filter((one) => one.when === seen.when).map((one) => one.member));
  if (seen.people.length === 0 && !seen.open) return <p class="soft">{t("none_yes")}</p>;
  return (
    <section class="answers" aria-label={t(`title_${seen.when}`)}>
      {seen.open && (
        <p data-testid="scales-count">
          <strong>{t(`title_${seen.when}`)}</strong> {t("answered", { n: clients.filter((one) => now.has(one.member)).length, all: clients.length })}
        </p>
      )}
      {earlier === "failed" && <p class="small soft">{t("earlier_failed")}</p>}
      <ul class="people-answers">
        {clients.map((one) => (
          <Person
            key={one.member}
            one={one}
            said={seen.people.filter((other) => other.member === one.member)}
            items={earlier !== null && earlier !== "failed" ? earlier.items : seen.items}
            earlier={earlier !== null && earlier !== "failed" ? (earlier.people[one.person ?? ""] ?? []) : []}
          />
        ))}
      </ul>
    </section>
  );
}

interface PersonProps {
  one: Participant;
  said: readonly ScalesOf[];
  items: readonly ScaleItem[];
  earlier: Earlier["people"][string];
}

function Person({ one, said: mine, items, earlier }: PersonProps) {
  return (
    <li data-testid={`answers-${one.member}`}>
      <strong>{one.alias}</strong>
      {mine.length === 0 && <span class="small soft">{t("nothing")}</span>}
      {mine.map((part) => (
        <ul class="given" key={part.when} aria-label={t(`title_${part.when}`)}>
          {part.given.length === 0 && <li class="soft small">{t("not_said")}</li>}
          {part.given.map((answer) => {
            const item = items.find((other) => other.code === answer.item);
            return (
              <li key={answer.item} data-calls={calls(item, answer) || undefined} data-words={typeof answer.value === "string" || undefined}>
                {calls(item, answer) && <Icon name="care" />}
                <span>{item && typeof answer.value !== "string" ? said(item.text) : ""}</span> <b>{valueOf(answer)}</b>
                {answer.shared && <span class="small soft"> ({t("is_shown")})</span>}
              </li>
            );
          })}
        </ul>
      ))}
      <Trend items={items} said={[...earlier, ...mine]} />
    </li>
  );
}
