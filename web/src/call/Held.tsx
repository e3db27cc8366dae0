/**
 * What a page shows while its person is held apart: somebody may be looking over their shoulder, so there is no name, no
 * picture and no word of a group, of a therapist or of treatment, and nothing to press that would bring any of it back.
 */
import { useEffect } from "preact/hooks";
import { announce, LiveRegion } from "../ui/index.ts";
import { t } from "./words/index.ts";

export function Held() {
  useEffect(() => announce(t("call_held"), "assertive"), []);
  return (
    <main class="held" data-testid="held">
      <LiveRegion />
      <div>
        <h1>{t("call_held_title")}</h1>
        <p>{t("call_held")}</p>
      </div>
    </main>
  );
}
