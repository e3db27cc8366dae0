/** Who may come by a link of their own and stands on no roster: family, interpreters, a peer who hosts. */
import type { Guest } from "./api.ts";
import { t } from "./words/index.ts";

export function Expected({ guests, heading: Heading = "h3" }: { guests: readonly Guest[]; heading?: "h2" | "h3" }) {
  if (guests.length === 0) return null;
  return (
    <section class="stack tight" aria-labelledby="guests-title" data-testid="guests">
      <Heading id="guests-title">{t("guests.title")}</Heading>
      <ul class="plain-list stack tight">
        {guests.map((one) => (
          <li key={one.person} class="clamp">
            {one.name} <span class="soft small">{one.relationship || t(`guests.${one.part}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
