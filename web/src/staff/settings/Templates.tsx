/** The templates of progress notes, with their fields, as a new note offers them. */
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { t as staff } from "../words/index.ts";
import { templates } from "./door.ts";
import { t } from "./words/index.ts";

export function Templates() {
  const loaded = useLoad("templates", templates);
  if (loaded.value === null) return loaded.code === null ? <p class="soft">{staff("loading")}</p> : <Failed loaded={loaded} />;
  return (
    <>
      <p class="soft">{t("templates.why")}</p>
      <div class="templates">
        {loaded.value.map((one) => (
          <section key={one.id} class="card stack tight" aria-label={one.title}>
            <h2>
              {one.title} <code class="soft small">{one.id}</code>
            </h2>
            {!one.offered && <p class="soft small">{t("not_offered")}</p>}
            <ul class="stays">
              {one.fields.map((field) => (
                <li key={field.name}>
                  <strong>{field.title || t("free_text")}</strong>
                  {field.required && <span class="soft small"> · {t("required")}</span>}
                  {field.hint !== "" && <p class="soft small">{field.hint}</p>}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
