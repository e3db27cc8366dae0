/** No more messages: one click, and nothing else is asked. Nothing is changed by looking, since mail scanners look. */
import { useEffect, useRef, useState } from "preact/hooks";

import { HttpError } from "../core/http.ts";
import type { HttpDoor } from "../core/http.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { t } from "./words.ts";

interface Stopped {
  readonly channel: "email" | "sms";
  readonly left: "" | "email" | "sms";
}

export function Stop({ token, http }: { token: string | null; http: HttpDoor }) {
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Stopped | null>(null);
  const [failed, setFailed] = useState<"gone" | "again" | null>(token === null ? "gone" : null);
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = done !== null ? "done" : failed;
  useEffect(() => {
    if (shown !== null) heading.current?.focus();
  }, [shown]);

  const stop = async () => {
    setBusy(true);
    setFailed(null);
    try {
      setDone(await http.post<Stopped>(`/api/stop/${token ?? ""}`));
    } catch (error) {
      setFailed(error instanceof HttpError && error.status === 404 ? "gone" : "again");
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="stop">
      <div class="card stack">
        <h1 ref={heading} tabIndex={-1}>
          {done !== null ? t("done_title") : failed === "gone" ? t("gone_title") : t("title")}
        </h1>
        {done !== null && (
          <>
            <p data-testid="stop-done">{done.channel === "sms" ? t("done_sms") : t("done_email")}</p>
            {done.left === "sms" && <p>{t("left_sms")}</p>}
            <p class="soft">{t("again")}</p>
          </>
        )}
        {done === null && failed === "gone" && <p data-testid="stop-gone">{t("gone")}</p>}
        {done === null && failed !== "gone" && (
          <>
            <p>{t("what")}</p>
            {failed === "again" && (
              <Notice tone="warn" role="alert">
                {t("failed")}
              </Notice>
            )}
            <div>
              <Button look="primary" size="large" busy={busy} onClick={() => void stop()} data-testid="stop">
                {t("stop")}
              </Button>
            </div>
          </>
        )}
      </div>
    </main>
  );
}
