/** What happened when the therapist's part in the room is over, and where to go on. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import type { Over as Reason } from "../../core/state.ts";
import { Button, Icon, LiveRegion } from "../../ui/index.ts";
import { linkTo } from "../route.ts";
import { sentence, t } from "../words/index.ts";

const TESTIDS: Partial<Record<Reason, string>> = {
  ended: "ended",
  left: "left",
  other_tab: "taken-over",
  signed_out: "signed-out",
};

function words(over: Reason): readonly [title: string, why: string] {
  switch (over) {
    case "ended":
      return [t("room.over_ended"), t("room.over_ended_why")];
    case "left":
      return [t("room.over_left"), t("room.over_left_why")];
    case "other_tab":
      return [t("room.over_other_tab"), t("room.over_other_tab_why")];
    case "signed_out":
    case "not_signed_in":
      return [t("room.over_signed_out"), t("room.over_signed_out_why")];
    default:
      return [t("room.over_other"), sentence(over)];
  }
}

export function Over({ over, session, children }: { over: Reason; session: string; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const [title, why] = words(over);
  return (
    <main class="signin over-page" data-testid={TESTIDS[over] ?? "failed"}>
      <div class="card stack">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{why}</p>
        <div class="row">
          {over !== "ended" && (
            <Button look="primary" onClick={() => location.reload()} data-testid="over-back">
              {t("room.again")}
            </Button>
          )}
          <a class="button" data-look="quiet" href={`/${linkTo("session", session)}`}>
            <Icon name="back" />
            <span>{t("room.back")}</span>
          </a>
        </div>
        {children}
      </div>
      <LiveRegion />
    </main>
  );
}
