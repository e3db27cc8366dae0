/** Consents: what there is to read and to sign, what was signed, and taking it back. */
import { useState } from "preact/hooks";

import { when } from "../text/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Notice } from "../ui/Notice.tsx";
import { codeOf, http } from "./door.ts";
import type { Own, TextShown } from "./door.ts";
import type { SectionProps } from "./Sections.tsx";
import { SignSheet, TextOf } from "./Sign.tsx";
import { known, t } from "./words.ts";
import type { Key } from "./words.ts";

interface Ending {
  readonly path: string;
  readonly discloses: boolean;
}

export function Agreements({ own, language, again }: SectionProps) {
  const [open, setOpen] = useState<TextShown | null>(null);
  const [shown, setShown] = useState<TextShown | null>(null);
  const [ending, setEnding] = useState<Ending | null>(null);
  const [wrong, setWrong] = useState<Key | null>(null);
  const rows = entries(own);

  async function act(work: () => Promise<unknown>): Promise<void> {
    setWrong(null);
    try {
      await work();
      await again();
    } catch (error) {
      setWrong(codeOf(error) === "offline" ? "offline" : "failed");
    }
  }

  return (
    <>
      <section class="card stack" aria-labelledby="sign-title" data-testid="to-sign">
        <h2 id="sign-title">{t("sign_title")}</h2>
        {own.to_sign.length === 0 && <p class="soft">{t("sign_none")}</p>}
        <ul class="texts">
          {own.to_sign.map((text) => (
            <li key={text.kind + text.offer}>
              <Icon name="note" />
              <span>{text.title}</span>
              <Button look="primary" onClick={() => setOpen(text)} data-testid={`sign-${text.kind}`}>
                {t("sign_open")}
                <span class="unseen">: {text.title}</span>
              </Button>
            </li>
          ))}
          {own.may_sign.map((text) => (
            <li key={text.kind}>
              <Icon name="note" />
              <span>
                {text.title}
                <span class="soft small block">{t("sign_may")}</span>
              </span>
              <Button onClick={() => setOpen(text)} data-testid={`sign-${text.kind}`}>
                {t("sign_open")}
                <span class="unseen">: {text.title}</span>
              </Button>
            </li>
          ))}
        </ul>
        {wrong && <Notice tone="bad" role="alert">{t(wrong)}</Notice>}
      </section>
      <section class="card stack" aria-labelledby="signed-title" data-testid="signed">
        <h2 id="signed-title">{t("signed_title")}</h2>
        {rows.length === 0 && <p class="soft">{t("signed_none")}</p>}
        <ul class="signed">
          {rows.map((row) => (
            <li key={row.path} data-off={row.revoked !== null || undefined}>
              <div>
                <strong>{row.title}</strong>
                {row.lines.map((line) => (
                  <span key={line} class="soft small">
                    {line}
                  </span>
                ))}
              </div>
              <div class="row">
                {row.readable && (
                  <Button look="plain" onClick={() => void act(async () => setShown(await http.get<TextShown>(row.path)))}>
                    {t("signed_show")}
                    <span class="unseen">: {row.title}</span>
                  </Button>
                )}
                {row.revoked === null && (
                  <Button onClick={() => setEnding({ path: row.path, discloses: row.discloses })} data-testid={`revoke-${row.kind}`}>
                    {t("revoke")}
                    <span class="unseen">: {row.title}</span>
                  </Button>
                )}
              </div>
            </li>
          ))}
        </ul>
      </section>
      {open && (
        <SignSheet
          text={open}
          language={language}
          close={() => setOpen(null)}
          done={async () => {
            setOpen(null);
            await again();
          }}
        />
      )}
      {shown && (
        <Dialog title={shown.title} closeLabel={t("close")} onClose={() => setShown(null)}>
          <TextOf text={shown} />
        </Dialog>
      )}
      {ending && (
        <Dialog
          title={t("revoke_title")}
          closeLabel={t("close")}
          onClose={() => setEnding(null)}
          footer={
            <>
              <Button onClick={() => setEnding(null)}>{t("cancel")}</Button>
              <Button
                look="danger"
                data-testid="revoke-do"
                onClick={() => {
                  setEnding(null);
                  void act(() => http.delete(ending.path));
                }}
              >
                {t("revoke_do")}
              </Button>
            </>
          }
        >
          <p>{t(ending.discloses ? "revoke_what" : "revoke_what_plain")}</p>
        </Dialog>
      )}
    </>
  );
}

interface Entry {
  readonly path: string;
  readonly kind: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly readable: boolean;
  readonly discloses: boolean;
  readonly revoked: number | null;
}

const HOW = { browser: "signed_at", paper: "signed_paper", spoken: "signed_spoken" } as const;

function entries(own: Own): Entry[] {
  const day = (at: number) => when(at, { dateStyle: "medium", timeZone: own.zone });
  const ended = (revoked: number | null) => (revoked === null ? [] : [t("signed_revoked", { day: day(revoked) })]);
  return [
    ...own.signatures.map((one) => ({
      path: `/api/me/agreements/${one.id}`,
      kind: one.kind,
      title: one.title || known("kind", one.kind, "kind_other"),
      lines: [
        ...(one.recipient ? [t("signed_to", { recipient: one.recipient })] : []),
        t(HOW[one.how], { day: day(one.at), name: one.typed_name }),
        ...ended(one.revoked),
      ],
      readable: true,
      discloses: one.discloses,
      revoked: one.revoked,
    })),
    ...own.consents.map((one) => ({
      path: `/api/me/consents/${one.id}`,
      kind: one.kind,
      title:
        one.recipient === "certificate-holder"
          ? t("signed_certificate")
          : one.recipient
            ? t("signed_other", { recipient: one.recipient })
            : known("kind", one.kind, "kind_other"),
      lines: [t("signed_paper", { day: day(one.signed) }), ...ended(one.revoked)].slice(one.recipient === "certificate-holder" ? 1 : 0),
      readable: false,
      discloses: true,
      revoked: one.revoked,
    })),
  ];
}
