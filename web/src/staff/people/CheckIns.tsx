/** What a client answered at check-in and check-out, over their sessions. Each look is an entry in the audit log. */
import { History, type Answered } from "../../tools/scales/History.tsx";
import { http, noticing } from "../api.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import type { TabProps } from "./tabs.ts";
import { t } from "./words/index.ts";

export default function CheckIns({ client }: TabProps) {
  const path = `/api/staff/clients/${encodeURIComponent(client)}/scales`;
  const loaded = useLoad(`scales ${client}`, () => noticing(http.get<Answered>(path)));
  const words = { last: t("check_ins.last"), yes: t("check_ins.yes"), no: t("check_ins.no") };
  const found = loaded.value;
  return (
    <section class="card stack" aria-labelledby="check-ins-title" data-testid="check-ins">
      <h2 id="check-ins-title">{t("check_ins.title")}</h2>
      <p class="soft">{t("check_ins.lead")}</p>
      <Failed loaded={loaded} />
      {found !== null && found.said.length === 0 && <p>{t("check_ins.none")}</p>}
      {found !== null && found.said.length > 0 && (
        <History items={found.items} said={found.said} language={document.documentElement.lang} zone={undefined} words={words} />
      )}
    </section>
  );
}
