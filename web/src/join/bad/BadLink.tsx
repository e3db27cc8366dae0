import { Screen } from "../../call/Screen.tsx";
import { t } from "./words/index.ts";

/** A link that leads nowhere. It says the same whatever the reason, so that nobody can find out whether a link exists. */
export function BadLink() {
  return (
    <Screen title={t("title")} data-testid="bad-link">
      <div class="stack">
        <p>{t("what")}</p>
        <p>{t("next")}</p>
      </div>
    </Screen>
  );
}
