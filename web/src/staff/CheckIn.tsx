/** What a client confirmed before coming in. In a crisis it has to be readable at a glance. */
import type { CheckIn } from "./api.ts";
import { clock, t } from "./words/index.ts";

export function CheckInFacts({ checkIn, zone }: { checkIn: CheckIn; zone: string }) {
  return (
    <dl class="facts">
      <dt>{t("check_in.location")}</dt>
      <dd>
        {checkIn.location}, {checkIn.state}
      </dd>
      <dt>{t("check_in.contact")}</dt>
      <dd>
        {checkIn.contact_name}, <Phone number={checkIn.contact_phone} />
      </dd>
      <dt>{t("check_in.callback")}</dt>
      <dd>
        <Phone number={checkIn.callback_phone} />
      </dd>
      <dt>{t("check_in.alone")}</dt>
      <dd>{checkIn.alone ? t("check_in.alone_yes") : t("check_in.alone_no")}</dd>
      <dt>{t("check_in.agreement")}</dt>
      <dd>{t("check_in.agreement_at", { version: checkIn.agreement, time: clock(checkIn.at, zone) })}</dd>
    </dl>
  );
}

function Phone({ number }: { number: string }) {
  return <a href={`tel:${number.replaceAll(/[^0-9+*#]/g, "")}`}>{number}</a>;
}
