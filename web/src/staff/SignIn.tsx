/** Signing in: the page when nobody is, and a dialog over the page when the server has forgotten somebody. */
import { useRef, useState } from "preact/hooks";

import { Button, Dialog, Field, Notice } from "../ui/index.ts";
import { codeOf, expired, me, signIn } from "./api.ts";
import { sentence, t } from "./words/index.ts";

type Wrong = { readonly name?: string | undefined; readonly password?: string | undefined; readonly all?: string };

function SignInForm() {
  const [wrong, setWrong] = useState<Wrong>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const focus = (name: string) => form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus();

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || form.current === null) return;
    const data = new FormData(form.current);
    const said = (field: string) => {
      const value = data.get(field);
      return typeof value === "string" ? value : "";
    };
    const name = said("name").trim();
    const password = said("password");
    const empty: Wrong = {
      name: name === "" ? t("sign_in.name_missing") : undefined,
      password: password === "" ? t("sign_in.password_missing") : undefined,
    };
    setWrong(empty);
    if (empty.name !== undefined || empty.password !== undefined) {
      focus(empty.name !== undefined ? "name" : "password");
      return;
    }
    setBusy(true);
    const before = me.peek();
    try {
      const now = await signIn(name, password);
      // Another person on the same screen starts with a clean page.
      if (before !== null && before.person !== now.person) location.reload();
    } catch (error) {
      const code = codeOf(error);
      setWrong({ all: code === "not_signed_in" ? t("sign_in.wrong") : code === "too_many" ? t("sign_in.too_many") : sentence(code) });
      focus("password");
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="stack" ref={form} onSubmit={submit} noValidate>
      {wrong.all !== undefined && (
        <Notice tone="bad" role="alert" data-testid="staff-error">
          {wrong.all}
        </Notice>
      )}
      <Field
        label={t("sign_in.name")}
        error={wrong.name}
        name="name"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        data-testid="staff-name"
      />
      <Field
        label={t("sign_in.password")}
        error={wrong.password}
        name="password"
        type="password"
        autocomplete="current-password"
        required
        data-testid="staff-password"
      />
      <Button look="primary" size="large" type="submit" busy={busy} data-testid="staff-sign-in">
        {busy ? t("sign_in.busy") : t("sign_in.do")}
      </Button>
    </form>
  );
}

export function SignInPage() {
  return (
    <main class="signin">
      <div class="card stack">
        <h1>{t("sign_in.title")}</h1>
        <SignInForm />
        <p class="soft small">{t("sign_in.client")}</p>
      </div>
    </main>
  );
}

/** Nothing that was typed is lost: the page stays as it is under the dialog. */
export function SignInAgain() {
  if (!expired.value) return null;
  return (
    <Dialog title={t("sign_in.again")} closeLabel={t("close")} onClose={() => (expired.value = false)}>
      <div class="stack">
        <p>{t("sign_in.again_why")}</p>
        <SignInForm />
      </div>
    </Dialog>
  );
}
