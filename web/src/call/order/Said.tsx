/**
 * Quiet, the floor, a host who is away, who listens in; and two questions that only the person asked sees: whether they
 * would speak, and whether they are still there. Both are answered by one tap and take no focus by themselves.
 */
import { useEffect, useState } from "preact/hooks";
import { announce, Button, IconButton, Notice } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { report } from "../refusal.ts";
import type { SaidProps } from "./Order.tsx";
import { t } from "./words/index.ts";
import "./order.css";

export function Said({ session, room, still }: SaidProps) {
  const { you } = room;
  const [known, setKnown] = useState("");
  const listening = observers(room);
  useEffect(() => {
    if (still) announce(t("still_said"), "assertive");
  }, [still]);
  useEffect(() => {
    if (you.asked) announce(t("asked_said"), "assertive");
  }, [you.asked]);
  return (
    <div class="order">
      {room.paused && (
        <Notice tone="warn" role="status" data-testid="host-away">
          {t("paused")}
        </Notice>
      )}
      {room.quiet !== "" && (
        <Notice
          icon="moon"
          role="status"
          data-testid="quiet-on"
          action={
            you.may.includes("quiet") && (
              <Button onClick={() => void session.command("quiet", { mode: "" }).then(report)} data-testid="quiet-end">
                {t("quiet_end")}
              </Button>
            )
          }
        >
          {t(you.role === "client" || you.role === "collateral" ? room.quiet : you.role === "interpreter" ? `${room.quiet}_interpreter` : `${room.quiet}_host`)}
        </Notice>
      )}
      {listening !== "" && known !== listening && (
        <Notice
          tone="plain"
          role="status"
          data-testid="observer-here"
          action={<IconButton icon="close" label={t("close")} onClick={() => setKnown(listening)} />}
        >
          {t("observer", { names: listening })}
        </Notice>
      )}
      {you.asked && (
        <section class="question" aria-labelledby="asked" data-testid="asked">
          <h2 id="asked">{t("asked")}</h2>
          <div class="row">
            <Button look="primary" size="large" icon="mic" onClick={() => void session.want({ microphone: true })} data-testid="asked-yes">
              {t("asked_yes")}
            </Button>
            <Button
              size="large"
              onClick={() => void session.command("ask_unmute", { member: you.member, on: false }).then(report)}
              data-testid="asked-no"
            >
              {t("asked_no")}
            </Button>
          </div>
        </section>
      )}
      {still && (
        <section class="question" aria-labelledby="still" data-testid="still">
          <h2 id="still">{t("still")}</h2>
          <p>{t("still_only_you")}</p>
          <Button look="primary" size="large" icon="check" onClick={() => void session.use({ do: "presence.here" }).then(report)} data-testid="still-here">
            {t("still_here")}
          </Button>
        </section>
      )}
    </div>
  );
}

function observers(room: RoomView): string {
  const names = room.members.filter((one) => one.role === "observer" && !one.you).map((one) => one.alias);
  return new Intl.ListFormat(document.documentElement.lang).format(names);
}
