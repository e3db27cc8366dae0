/** The button of the quick way out: always in the same corner, with words, and in no menu. */
import { t } from "../text/client.ts";
import { Icon } from "../ui/index.ts";
import { quickExit } from "./exit.ts";

export function QuickExit() {
  return (
    <button type="button" class="button quickexit" data-look="quiet" title={t("exit_hint")} data-testid="quick-exit" onClick={() => void quickExit()}>
      <Icon name="exit" />
      <span>{t("exit")}</span>
    </button>
  );
}
