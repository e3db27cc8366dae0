/** How one gets into this page: the PIN, passkeys, and the way out. */
import { useState } from "preact/hooks";

import { when } from "../text/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { codeOf, http } from "./door.ts";
import { PinField } from "./Enter.tsx";
import * as passkeys from "./passkeys.ts";
import type { SectionProps } from "./Sections.tsx";
import { t } from "./words.ts";
import type { Key } from "./words.ts";

const PIN_WORDS: Record<string, Key> = { not_allowed: "pin_wrong", malformed: "pin_easy", too_many: "busy", offline: "offline" };

export function Doorway({ own, again }: SectionProps) {
  const [wrong, setWrong] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);

  async function act(work: () => Promise<Key | null>): Promise<void> {
    setBusy(true);
    setWrong(null);
    try {
      setWrong(await work());
      await again();
    } catch (error) {
      setWrong(codeOf(error) === "offline" ? "offline" : "passkey_error");
    }
    setBusy(false);
  }

  const add = async (): Promise<Key | null> => {
    const made = await passkeys.make(await http.post("/api/me/passkeys/begin"));
    if (!made) return "passkey_error";
    await http.post("/api/me/passkeys", { ...made, label: t("passkey_label") });
    return null;
  };

  return (
    <section class="card stack" aria-labelledby="door-title" data-testid="door">
      <h2 id="door-title">{t("door_title")}</h2>
      {(passkeys.possible() || own.passkeys.length > 0) && (
        <>
          {own.passkeys.length === 0 && <p class="soft">{t("passkeys_none")}</p>}
          <ul class="signed">
            {own.passkeys.map((one) => (
              <li key={one.id}>
                <div>
                  <strong>{one.label}</strong>
                  <span class="soft small">{t("passkey_added", { day: when(one.added, { dateStyle: "medium", timeZone: own.zone }) })}</span>
                </div>
                <Button
                  busy={busy}
                  onClick={() =>
                    void act(async () => {
                      await http.delete(`/api/me/passkeys/${one.id}`);
                      return null;
                    })
                  }
                >
                  {t("passkey_drop")}
                </Button>
              </li>
            ))}
          </ul>
          {passkeys.possible() && (
            <div>
              <Button icon="key" busy={busy} onClick={() => void act(add)} data-testid="passkey-add">
                {t("passkey_add")}
              </Button>
            </div>
          )}
          {wrong && <Notice tone="bad" role="alert">{t(wrong)}</Notice>}
        </>
      )}
      <ChangePin />
      <div>
        <Button
          icon="leave"
          data-testid="sign-out"
          onClick={() =>
            void http.post("/api/me/sign-out").then(
              () => location.reload(),
              () => location.reload(),
            )
          }
        >
          {t("sign_out")}
        </Button>
      </div>
    </section>
  );
}

function ChangePin() {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [outcome, setOutcome] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);

  async function change(): Promise<void> {
    setBusy(true);
    setOutcome(null);
    try {
      await http.put("/api/me/pin", { old, new: fresh });
      setOld("");
      setFresh("");
      setOutcome("saved");
    } catch (error) {
      setOutcome(PIN_WORDS[codeOf(error)] ?? "failed");
    }
    setBusy(false);
  }

  return (
    <details>
      <summary>{t("pin_change")}</summary>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && old && fresh) void change();
        }}
      >
        <PinField label={t("pin_old")} name="old-pin" value={old} onPin={setOld} />
        <PinField label={t("pin_new")} hint={t("pin_new_hint")} name="new-pin" value={fresh} onPin={setFresh} fresh />
        <div class="row">
          <Button type="submit" busy={busy} data-testid="pin-change">
            {t("save")}
          </Button>
          <span role="status">{outcome && t(outcome)}</span>
        </div>
      </form>
    </details>
  );
}
