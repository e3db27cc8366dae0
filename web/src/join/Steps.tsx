/** Which of the three steps before the room this is. */
import { t } from "../text/client.ts";

const OF = 3;

export function Steps({ now }: { now: 1 | 2 | 3 }) {
  return (
    <div class="steps">
      <p class="small soft">{t("step", { n: now, of: OF })}</p>
      <div class="dots" aria-hidden="true">
        {Array.from({ length: OF }, (_, index) => (
          <span key={index} data-done={index < now || undefined} />
        ))}
      </div>
    </div>
  );
}
