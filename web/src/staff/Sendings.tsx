/** What clients of a session were written, what came of it, and "Send a reminder now" for one who is late. */
import { useState } from "preact/hooks";

import { announce, Button, Icon, IconButton } from "../ui/index.ts";
import type { IconName } from "../ui/index.ts";
import { codeOf, remind, sendings } from "./api.ts";
import type { Sending, Sendings } from "./api.ts";
import { useLoad } from "./load.ts";
import type { Loaded } from "./load.ts";
import { clock, known, sentence, t } from "./words/index.ts";

/** Seconds. */
const LIVE = 15;

export function useSendings(session: string, live: boolean): Loaded<Sendings> {
  return useLoad(`sendings ${session}`, () => sendings(session), live ? LIVE : 0);
}

interface About {
  readonly session: string;
  readonly client: string;
  readonly alias: string;
  readonly zone: string;
  readonly loaded: Loaded<Sendings>;
}

/** One click: the server decides, keeps and sends. */
function useRemind({ session, client, alias, loaded }: About) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState("");
  const send = async () => {
    setBusy(true);
    try {
      await remind(session, client);
      setRefused("");
      announce(t("remind.queued", { name: alias }));
    } catch (error) {
      const why = codeOf(error) === "not_now" ? t("remind.not_needed") : sentence(codeOf(error));
      setRefused(why);
      announce(why);
    }
    setBusy(false);
    loaded.again();
  };
  return { busy, refused, send: () => void send(), may: loaded.value?.clients.find((one) => one.client === client)?.may_remind ?? false };
}

/** Beside a late client's name on the session's page. */
export function Remind(about: About) {
  const { busy, refused, send, may } = useRemind(about);
  const [last, reach] = lastOf(about);
  return (
    <>
      {last !== undefined && <span class="soft small">{outcome(last, about.zone)}</span>}
      {reach !== "yes" && <span class="soft small">{known("reach", reach, "reach.unknown")}</span>}
      {refused !== "" && <span class="refused small">{refused}</span>}
      {(may || busy) && (
        <Button look="plain" icon="send" busy={busy} onClick={send} data-testid={`remind-${about.client}`}>
          {t("remind.do")}
          <span class="unseen">: {about.alias}</span>
        </Button>
      )}
    </>
  );
}

/** The same in the room, where there is room for an icon only. */
export function RemindIcon(about: About) {
  const { busy, send, may } = useRemind(about);
  if (!may && !busy) return null;
  return (
    <IconButton
      icon="send"
      label={t("remind.name", { name: about.alias })}
      disabled={busy}
      onClick={send}
      data-testid={`remind-${about.client}`}
    />
  );
}

/** What the last message to a late client came to, in a few words; nothing if there was none. */
export function lastOutcome(about: Omit<About, "session" | "alias">): string {
  const [last] = lastOf(about);
  return last === undefined ? "" : outcome(last, about.zone);
}

function lastOf({ client, loaded }: Pick<About, "client" | "loaded">): [Sending | undefined, string] {
  const all = loaded.value?.sendings.filter((one) => one.client === client) ?? [];
  return [all.at(-1), loaded.value?.clients.find((one) => one.client === client)?.reach ?? "yes"];
}

export function SendingsList({ loaded, names, zone }: { loaded: Loaded<Sendings>; names: ReadonlyMap<string, string>; zone: string }) {
  const shown = loaded.value;
  if (shown === null || shown.sendings.length === 0) return null;
  return (
    <details class="sendings" data-testid="sendings">
      <summary>{t("sendings.title", { n: shown.sendings.length })}</summary>
      <ul class="plain-list small">
        {shown.sendings.map((one) => (
          <li key={one.id} data-state={one.state}>
            <Icon name={one.via === "log" && one.state === "sent" ? "info" : ICON[one.state]} />
            <div>
              <strong class="clamp">{names.get(one.client) ?? t("sendings.somebody")}</strong>
              <p>
                {clock(one.queued, zone)} · {what(one)}
              </p>
              <p class="soft">{outcome(one, zone)}</p>
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}

function what({ why, by, step }: Sending): string {
  switch (why) {
    case "asked":
      return t("sendings.asked", { name: by });
    case "before":
      return t("sendings.before", { n: step });
    case "cancelled":
      return t("sendings.off");
    case "late":
      return t("sendings.late", { n: step });
  }
}

export const ICON: Record<Sending["state"], IconName> = {
  queued: "clock",
  sending: "clock",
  sent: "check",
  failed: "warn",
  gave_up: "warn",
  withdrawn: "info",
  unknown: "warn",
};

/** What came of a message, in a few words. */
export function outcome(one: Omit<Sending, "why">, zone: string): string {
  const fault = one.fault === null ? "" : known("fault", one.fault, "fault.unknown");
  switch (one.state) {
    case "sent":
      return one.via === "log" ? t("sendings.logged") : t("sendings.sent", { time: clock(one.at, zone) });
    case "queued":
      return one.next === null ? t("sendings.queued") : t("sendings.again", { time: clock(one.next, zone), fault });
    case "sending":
      return t("sendings.sending");
    case "failed":
      return t("sendings.failed", { fault });
    case "gave_up":
      return fault === "" ? t("sendings.too_late") : t("sendings.gave_up", { fault });
    case "withdrawn":
      return t("sendings.withdrawn", { reason: known("withdrawn", one.reason, "withdrawn.unknown") });
    case "unknown":
      return t("sendings.unknown");
  }
}
