/** By what a client wants to be written to, and whether that is possible. */
import { announce, Field, Notice } from "../../ui/index.ts";
import { sentence } from "../words/index.ts";
import { useAct } from "./act.ts";
import { wishFor } from "./door.ts";
import type { Reached, Wish } from "./door.ts";
import { known, t } from "./words/index.ts";

const WISHES: readonly Wish[] = ["email", "sms", "both", "none"];

export function Reminders({ client, reached, changed }: { client: string; reached: Reached; changed: () => void }) {
  const { code, run } = useAct();
  const set = (wish: Wish) =>
    run(async () => {
      await wishFor(client, wish);
      announce(t("reminders.saved"));
      changed();
    });
  const wants = (channel: "email" | "sms") => reached.wish === channel || reached.wish === "both";
  const lacking = [
    wants("email") && !reached.email && t("reminders.no_email"),
    wants("sms") && !reached.ways.includes("sms") && t("reminders.no_gateway"),
    wants("sms") && reached.ways.includes("sms") && !reached.phone && t("reminders.no_phone"),
  ].filter((one) => typeof one === "string");
  return (
    <>
      <p class="soft">{reached.minutes.length === 0 ? t("reminders.never") : t("reminders.when", { times: reached.minutes.map(before).join(", ") })}</p>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      <Field
        kind="select"
        label={t("reminders.wish")}
        value={reached.wish}
        onChange={(event) => set(event.currentTarget.value as Wish)}
        data-testid="wish"
      >
        {WISHES.map((wish) => (
          <option key={wish} value={wish}>
            {known("wish", wish, "wish.none")}
          </option>
        ))}
      </Field>
      {lacking.length > 0 && (
        <Notice tone="warn">
          {lacking.map((one) => (
            <p key={one}>{one}</p>
          ))}
        </Notice>
      )}
    </>
  );
}

export function before(minutes: number): string {
  if (minutes % 1440 === 0) return t("before.days", { n: minutes / 1440 });
  return minutes % 60 === 0 ? t("before.hours", { n: minutes / 60 }) : t("before.minutes", { n: minutes });
}
