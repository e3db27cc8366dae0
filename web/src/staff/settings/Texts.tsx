/** What clients are written: every text in every language, as it stands in the pack. */
import type { Text } from "./door.ts";
import { known, t } from "./words/index.ts";

export function Texts({ texts }: { texts: readonly Text[] }) {
  const whys = [...new Set(texts.map(({ pack, why }) => `${pack} ${why}`))];
  return (
    <>
      <p class="soft">{t("texts.why")}</p>
      {whys.map((name) => {
        const those = texts.filter(({ pack, why }) => `${pack} ${why}` === name);
        const first = those[0];
        return (
          first !== undefined && (
            <section key={name} class="card stack" aria-label={known("text", first.why, "text.unknown")}>
              <h2>
                {known("text", first.why, "text.unknown")} <code class="soft small">{first.pack}</code>
              </h2>
              <div class="languages">
                {those.map((one) => (
                  <div key={one.language} class="stack tight" lang={one.language}>
                    <h3>{known("language", one.language, "language.unknown")}</h3>
                    <p>
                      <strong>{one.subject}</strong>
                    </p>
                    <p class="note-text">{one.body}</p>
                    {one.sms !== "" && (
                      <p class="small">
                        <span class="soft">{t("sms")}</span> {one.sms}
                      </p>
                    )}
                  </div>
                ))}
              </div>
            </section>
          )
        );
      })}
    </>
  );
}
