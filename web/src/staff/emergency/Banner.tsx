/** What is open in an emergency, for how long still, and the end of it. Loud on purpose. */
import { useEffect, useState } from "preact/hooks";

import { announce, Button, Icon } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { duration } from "../days.ts";
import { linkTo } from "../route.ts";
import { sentence } from "../words/index.ts";
import { close, mine } from "./door.ts";
import type { Opening } from "./door.ts";
import { load, t } from "./words/index.ts";
import "./emergency.css";

await load();

export default function Banner() {
  return (
    <div class="glass" role="region" aria-label={t("banner")} data-testid="glass">
      {mine.value.map((one) => (
        <Open key={one.id} opening={one} />
      ))}
    </div>
  );
}

export function useClock(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Open({ opening: { id, client_name: name, until } }: { opening: Opening }) {
  const left = until - useClock();
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    announce(t("banner.said", { name }), "assertive");
  }, [name]);
  useEffect(() => {
    if (left > 0) return;
    mine.value = mine.peek().filter((one) => one.id !== id);
    announce(t("banner.over", { name }), "assertive");
  }, [left <= 0]);
  const end = async () => {
    setBusy(true);
    try {
      await close(id);
      announce(t("banner.over", { name }), "assertive");
    } catch (error) {
      setCode(codeOf(error));
      setBusy(false);
    }
  };
  return (
    <div class="row spread">
      <p class="row">
        <Icon name="unlock" />
        <strong>{t("banner.open", { name })}</strong>
        <span class="left" role="timer">
          {t("left", { time: duration(left) })}
        </span>
        {code !== null && <span role="alert">{sentence(code)}</span>}
      </p>
      <p class="row">
        <a href={linkTo("emergency", id)} data-testid={`glass-read-${id}`}>
          {t("read")}
        </a>
        <Button look="danger" busy={busy} onClick={() => void end()} data-testid={`glass-end-${id}`}>
          {t("end")}
        </Button>
      </p>
    </div>
  );
}
