/** Begins and ends a guided exercise: one voice is heard, and everybody else is muted and can just listen. */
import { report } from "../call/refusal.ts";
import { Check } from "../ui/index.ts";
import type { ToolProps } from "./registry.ts";
import { t } from "./words/index.ts";

export function Guide({ session, room }: Pick<ToolProps, "session" | "room">) {
  const { you, quiet, spotlight } = room;
  if (!you.may.includes("quiet")) return null;
  async function guide(on: boolean): Promise<void> {
    // The guide's face first, so that nobody is muted without seeing for whom.
    if (you.may.includes("spotlight") && (on || spotlight === you.member)) {
      report(await session.command("spotlight", { member: on ? you.member : null }));
    }
    report(await session.command("quiet", { mode: on ? "guided" : "" }));
  }
  return (
    <div>
      <Check label={t("guide")} checked={quiet === "guided"} onChange={(on) => void guide(on)} data-testid="guide" />
      <p class="small soft">{t("guide_what")}</p>
    </div>
  );
}
