/** The keys of the room, in a small table. Each has a modifier or is a function key (WCAG 2.1.4). */
import { Dialog } from "../../ui/index.ts";
import { KEYS, shown } from "./keys.ts";
import { t } from "./words/index.ts";

export default function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("keys_title")} closeLabel={t("close")} onClose={onClose} data-testid="room-keys">
      <dl class="keys">
        {KEYS.map(({ means, word }) => (
          <div key={means}>
            <dt>
              <kbd>{shown(means)}</kbd>
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>↑</kbd> <kbd>↓</kbd>
          </dt>
          <dd>{t("keys_arrows")}</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>{t("keys_escape")}</dd>
        </div>
      </dl>
    </Dialog>
  );
}
