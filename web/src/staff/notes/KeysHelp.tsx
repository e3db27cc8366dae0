/** The keys, in a small table. */
import { Dialog } from "../../ui/index.ts";
import { MODIFIER } from "./keys.ts";
import { t } from "./words/index.ts";

const KEYS = [
  ["Enter", "keys.next"],
  ["⇧ Enter", "keys.previous"],
  ["K", "keys.phrases"],
  ["S", "keys.save"],
  ["/", "keys.help"],
] as const;

export function KeysHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("keys.title")} closeLabel={t("close")} onClose={onClose} data-testid="keys-help">
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={what}>
            <dt>
              <kbd>{MODIFIER}</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Tab</kbd> <kbd>{t("keys.space")}</kbd>
          </dt>
          <dd>{t("keys.goals")}</dd>
        </div>
      </dl>
    </Dialog>
  );
}
