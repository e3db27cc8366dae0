/** What a client answered at the beginning and the end of their sessions, and how it went. Fetched after the page. */
import { useEffect, useState } from "preact/hooks";

import { History, type Answered } from "../tools/scales/History.tsx";
import { http } from "./door.ts";
import { t } from "./words.ts";

export function CheckIns({ language, zone }: { language: "en" | "es"; zone: string }) {
  const [mine, setMine] = useState<Answered | null>(null);
  useEffect(() => {
    // Where it cannot be read now, the page is whole without it.
    http.get<Answered>("/api/me/scales").then(setMine, () => undefined);
  }, []);
  if (mine === null || mine.said.length === 0) return null;
  const words = { last: t("check_ins_last"), yes: t("check_ins_yes"), no: t("check_ins_no") };
  return (
    <section class="card stack" aria-labelledby="check-ins-title" data-testid="check-ins">
      <h2 id="check-ins-title">{t("check_ins_title")}</h2>
      <p class="soft">{t("check_ins_lead")}</p>
      <History items={mine.items} said={mine.said} language={language} zone={zone} words={words} />
    </section>
  );
}
