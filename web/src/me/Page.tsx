/** The frame of the page: language, the quick way out, and either the door or what is behind it. */
import { useEffect, useState } from "preact/hooks";

import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { BadLink, Enter } from "./Enter.tsx";
import { codeOf, facts, http } from "./door.ts";
import type { Own } from "./door.ts";
import { Sections } from "./Sections.tsx";
import { t } from "./words.ts";

export interface PageProps {
  token: string | null;
  language: "en" | "es";
  speak: (language: string) => void;
}

const PATIENCE_MS = 400;

/** Away from here at once: nothing of the page stays in front, and "back" does not return to it. */
function exit(): void {
  document.body.replaceChildren();
  sessionStorage.clear();
  const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
  void Promise.race([http.post("/api/me/sign-out").catch(() => null), patience]).then(() => location.replace("about:blank"));
}

export function Page({ token, language, speak }: PageProps) {
  const [own, setOwn] = useState<Own | null>(null);
  const [state, setState] = useState<"asking" | "door" | "bad" | "offline">("asking");

  const look = async () => {
    try {
      setOwn(await facts(language));
    } catch (error) {
      setOwn(null);
      const code = codeOf(error);
      setState(code === "offline" || code === "not_now" ? "offline" : token ? "door" : "bad");
    }
  };
  useEffect(() => void look(), []);

  return (
    <div class="me" data-testid="me">
      <header class="top">
        <Button look="plain" lang={language === "es" ? "en" : "es"} onClick={() => speak(language === "es" ? "en" : "es")} data-testid="language">
          {t("language_other")}
        </Button>
        <Button icon="leave" onClick={exit} data-testid="exit">
          {t("exit")}
        </Button>
      </header>
      {own !== null ? (
        <Sections own={own} language={language} token={token} changed={setOwn} again={look} />
      ) : state === "door" && token ? (
        <Enter token={token} entered={look} bad={() => setState("bad")} />
      ) : state === "bad" ? (
        <BadLink />
      ) : (
        <main class="narrow stack">
          {state === "offline" ? (
            <Notice tone="warn" role="alert" action={<Button onClick={() => void look()}>{t("begin")}</Button>}>
              {t("offline")}
            </Notice>
          ) : (
            <p class="soft" role="status">
              {t("loading")}
            </p>
          )}
        </main>
      )}
    </div>
  );
}
