/** What the client was written, the latest first, and what came of it. */
import { Icon } from "../../ui/index.ts";
import { linkTo } from "../route.ts";
import { ICON, outcome } from "../Sendings.tsx";
import { moment } from "../words/index.ts";
import type { AboutSending } from "./door.ts";
import { before } from "./Reminders.tsx";
import { t } from "./words/index.ts";

export function Sent({ sendings }: { sendings: readonly AboutSending[] }) {
  if (sendings.length === 0) return <p class="soft small">{t("sent.none")}</p>;
  return (
    <ul class="plain-list sent" data-testid="sent">
      {sendings.map((one) => (
        <li key={one.id} data-state={one.state}>
          <Icon name={one.via === "log" && one.state === "sent" ? "info" : ICON[one.state]} />
          <div>
            <p>
              <strong>{about(one)}</strong> <span class="soft">{one.channel === "sms" ? t("sent.sms") : t("sent.email")}</span>
            </p>
            <p class="small">
              {t("sent.for")} <a href={linkTo("session", one.session)}>{moment(one.starts, one.zone)}</a>
            </p>
            <p class="soft small">{cameTo(one)}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** A reminder goes out on another day than its appointment: with the day. */
function cameTo(one: AboutSending): string {
  return one.state === "sent" && one.via !== "log" ? t("sent.done", { time: moment(one.at, one.zone) }) : outcome(one, one.zone);
}

function about({ why, step, by }: AboutSending): string {
  switch (why) {
    case "before":
      return t("sent.before", { time: before(step) });
    case "cancelled":
      return t("sent.cancelled");
    case "asked":
      return t("sent.asked", { name: by });
    case "late":
      return t("sent.late", { n: step });
  }
}
