/** The page of somebody whose part has ended: what happened, in a human sentence, and the way back if there is one. */
import { Screen } from "../../call/Screen.tsx";
import { why } from "../../call/why/why.ts";
import type { Over } from "../../core/state.ts";
import { t as way } from "../../text/client.ts";
import { Button } from "../../ui/index.ts";
import { t } from "./words/index.ts";

export interface OverScreenProps {
  over: Over;
  /** Begin again: by default the page is loaded anew. */
  onBack?: () => void;
}

export function OverScreen({ over, onBack = () => location.reload() }: OverScreenProps) {
  const again = (words: string) => (
    <div>
      <Button look="primary" onClick={onBack} data-testid="over-back">
        {words}
      </Button>
    </div>
  );
  switch (over) {
    case "left":
      return (
        <Screen title={t("left_title")} lead={t("left_what")} data-testid="left">
          {again(t("left_back"))}
        </Screen>
      );
    case "ended":
      return <Screen title={t("ended_title")} lead={t("ended_what")} data-testid="ended" />;
    case "removed":
      return (
        <Screen title={t("removed_title")} lead={t("removed_what")} data-testid="removed">
          {again(t("again"))}
        </Screen>
      );
    case "other_tab":
      return (
        <Screen title={t("other_tab_title")} lead={t("other_tab_what")} data-testid="taken-over">
          {again(t("other_tab_back"))}
        </Screen>
      );
    case "signed_out":
    case "not_signed_in":
    case "link_not_valid":
      return <Screen title={t("signed_out_title")} lead={t("signed_out_what")} data-testid="signed-out" />;
    default:
      return (
        <Screen title={way("over_failed_title")} lead={why(over)} data-testid="failed">
          {again(t("reload"))}
        </Screen>
      );
  }
}
