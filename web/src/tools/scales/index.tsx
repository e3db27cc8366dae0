/**
 * Check-in and check-out. A client answers for themselves, sees beside each answer who will read it, and may show it to
 * the group. Those who lead see who answered what, with the sessions before (Answers.tsx).
 *
 * An answer that calls staff is a call for help, too, in the same silence as the button: the sentence under the question
 * says so, and sending it is asking for it.
 */
import { report } from "../../call/refusal.ts";
import { Button } from "../../ui/index.ts";
import type { ScalesSeen } from "../../wire.ts";
import type { ToolProps } from "../registry.ts";
import { Answers } from "./Answers.tsx";
import { Questions } from "./Questions.tsx";
import { t } from "./words/index.ts";
import "./scales.css";

function Panel({ session, room, seen: told, leads }: ToolProps) {
  const seen: ScalesSeen | null = told?.tool === "scales" ? told : null;
  if (!leads) return seen?.open ? <Questions key={seen.when} session={session} room={room} seen={seen} /> : null;
  const ask = (when: "in" | "out") => void session.use({ do: "scales.open", when }).then(report);
  return (
    <>
      {!seen?.open && (
        <>
          <p class="soft">{t("lead")}</p>
          <div class="row">
            <Button look="primary" onClick={() => ask("in")} data-testid="scales-in">
              {t("ask_in")}
            </Button>
            <Button onClick={() => ask("out")} data-testid="scales-out">
              {t("ask_out")}
            </Button>
          </div>
        </>
      )}
      {seen && <Answers room={room} seen={seen} />}
      {seen?.open && (
        <div class="row">
          <Button onClick={() => void session.use({ do: "scales.close" }).then(report)} data-testid="scales-close">
            {t("close")}
          </Button>
        </div>
      )}
    </>
  );
}

export default { Panel };
