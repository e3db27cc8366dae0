/** When a session is: in the facility's zone, and in this browser's where its clock shows something else. */
import { clocksDiffer, ownZone } from "./days.ts";
import { clock, clockWithZone, t } from "./words/index.ts";

export function Times({ starts, ends, zone }: { starts: number; ends: number; zone: string }) {
  const own = ownZone();
  return (
    <>
      <span class="times">
        {t("time.range", { from: clock(starts, zone), to: clockWithZone(ends, zone) })}
      </span>
      {clocksDiffer(starts, zone, own) && (
        <span class="soft small your-time">{t("time.yours", { from: clock(starts, own), to: clock(ends, own) })}</span>
      )}
    </>
  );
}
