/** Both texts and a choice, field by field; until then nothing is saved. */
import { useId } from "preact/hooks";

import { Button } from "../../ui/index.ts";
import type { Keeper } from "../notes.ts";
import { merged, templateOf } from "./content.ts";
import type { Content, Template } from "./content.ts";
import { Written } from "./Written.tsx";
import { t } from "./words/index.ts";

export function Conflict({ keeper, mine, theirs, closed, templates }: { keeper: Keeper; mine: Content; theirs: Content; closed: boolean; templates: readonly Template[] }) {
  const id = useId();
  const choose = (content: Content) => keeper.tell({ kind: "resolve", content });
  return (
    <div class="conflict stack" role="group" aria-labelledby={id} data-testid="note-conflict">
      <p id={id}>
        <strong>{closed ? t("conflict.signed") : t("conflict.why")}</strong>
      </p>
      <div class="both">
        <div>
          <h4>{t("conflict.mine")}</h4>
          <Written content={mine} template={templateOf(templates, mine)} />
        </div>
        <div>
          <h4>{t("conflict.theirs")}</h4>
          <Written content={theirs} template={templateOf(templates, theirs)} />
        </div>
      </div>
      <div class="row">
        {!closed && (
          <>
            <Button onClick={() => choose(merged(theirs, mine, templates))} data-testid="conflict-both">
              {t("conflict.keep_both")}
            </Button>
            <Button onClick={() => choose(mine)} data-testid="conflict-mine">
              {t("conflict.keep_mine")}
            </Button>
          </>
        )}
        <Button onClick={() => choose(theirs)} data-testid="conflict-theirs">
          {closed ? t("conflict.discard_mine") : t("conflict.use_theirs")}
        </Button>
      </div>
    </div>
  );
}
