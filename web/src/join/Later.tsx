/**
 * Nothing of theirs is on: when the next is, by the client's own clock, and the way in as soon as there is one.
 *
 * It says a time and nothing else, since whoever has found the link sees it, too. The page may stay open: it asks again
 * when the door opens, also after the device has slept.
 */
import { useEffect, useState } from "preact/hooks";
import { Screen } from "../call/Screen.tsx";
import { when } from "../text/catalogue.ts";
import { t as way } from "../text/client.ts";
import { Button, Notice } from "../ui/index.ts";
import type { Arrival, Next } from "./arrival.ts";
import { load, t } from "./words/index.ts";

await load();

const AFTER = 5_000;
/** Browsers forget longer timers. */
const LONGEST = 24 * 60 * 60_000;

/** The zone that the server names, if this browser knows it; else the device's. */
export function zoneOf(name: string): string | undefined {
  try {
    return name === "" ? undefined : new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

export function Later({ arrival }: { arrival: Arrival }) {
  const next = arrival.step.value as Next;
  const [busy, setBusy] = useState(false);
  const { starts, opens } = next;
  const look = async () => {
    setBusy(true);
    await arrival.begin();
    setBusy(false);
  };

  useEffect(() => {
    if (opens === null) return;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      clearTimeout(timer);
      const left = opens - Date.now();
      // A little later than the door opens: clocks differ, and a door that is still shut is asked again.
      timer = left <= 0 ? setTimeout(() => void arrival.begin(), AFTER) : setTimeout(wait, Math.min(left, LONGEST));
    };
    const seen = () => {
      if (document.visibilityState === "visible") wait();
    };
    wait();
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [next]);

  const trouble = arrival.trouble.value && (
    <Notice tone="warn" role="alert">
      {way("hello_offline")}
    </Notice>
  );
  if (starts === null || opens === null) {
    return (
      <Screen title={t("none_title")} data-testid="next-none">
        <p>{t("none")}</p>
        {trouble}
        <Button busy={busy} onClick={() => void look()} data-testid="next-look">
          {t("look")}
        </Button>
      </Screen>
    );
  }
  const zone = zoneOf(next.zone);
  const by = zone === undefined ? {} : { timeZone: zone };
  const day = { weekday: "long", day: "numeric", month: "long", ...by } as const;
  const time = { hour: "numeric", minute: "2-digit", ...by } as const;
  const other = zone !== undefined && zone !== new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Screen title={t("title")} data-testid="next">
      <p class="when" data-testid="next-when">
        <span>{when(starts, day)}</span> <strong>{when(starts, { ...time, timeZoneName: "short" })}</strong>
      </p>
      <div class="stack">
        <p>{t("opens", { time: when(opens, time) })}</p>
        {other && <p class="soft small">{t("zone", { zone: zone.replaceAll("_", " ") })}</p>}
        <p class="soft">{t("keep")}</p>
      </div>
      {trouble}
      <Button busy={busy} onClick={() => void look()} data-testid="next-look">
        {t("look")}
      </Button>
    </Screen>
  );
}
