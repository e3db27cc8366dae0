/** What stands in a section, to read. */
import type { Content, Template } from "./content.ts";
import { isEmpty } from "./content.ts";
import { t } from "./words/index.ts";

export function Written({ content, template, goals = new Map(), testid }: { content: Content; template: Template; goals?: ReadonlyMap<string, string>; testid?: string }) {
  const fields = template.fields.filter((field) => (content.fields[field.name] ?? "").trim() !== "");
  return (
    <div class="note-written" data-testid={testid}>
      {isEmpty(content) && <p class="soft">{t("nothing_written")}</p>}
      {fields.map((field) => (
        <div key={field.name}>
          {template.fields.length > 1 && <p class="small soft">{field.title}</p>}
          <div class="note-text">{content.fields[field.name]}</div>
        </div>
      ))}
      {content.goals.length > 0 && (
        <div>
          <p class="small soft">{t("goals.title")}</p>
          <ul class="picked">
            {content.goals.map((goal) => (
              <li key={goal}>{goals.get(goal) ?? t("goals.unknown")}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
