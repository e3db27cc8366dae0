/** Join links of one client for one session: make one (shown once), list, revoke. */
import { useState } from "preact/hooks";

import { announce, Button, Dialog, Notice } from "../ui/index.ts";
import { codeOf, newLink, revokeLink } from "./api.ts";
import type { Link } from "./api.ts";
import { when } from "../text/catalogue.ts";
import { sentence, t } from "./words/index.ts";

export interface LinksProps {
  readonly session: string;
  readonly person: string;
  readonly alias: string;
  /** null while they are being loaded. */
  readonly links: readonly Link[] | null;
  readonly changed: () => void;
  readonly canMake: boolean;
}

export function Links({ session, person, alias, links, changed, canMake }: LinksProps) {
  const [made, setMade] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setCode(null);
    try {
      await work();
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  const make = () =>
    attempt(async () => {
      setMade(await newLink(session, person));
      changed();
    });
  const revoke = (name: string) =>
    attempt(async () => {
      await revokeLink(name);
      setRevoking(null);
      announce(t("links.revoked_said"));
      changed();
    });

  const mine = links?.filter((link) => link.person === person) ?? [];
  return (
    <div class="stack links">
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      {links === null ? (
        <p class="soft small">{t("loading")}</p>
      ) : (
        mine.length === 0 && <p class="soft small">{t("links.none")}</p>
      )}
      {mine.length > 0 && (
        <ul class="plain-list">
          {mine.map((link) => (
            <li key={link.name} class="row spread link-row">
              <LinkFacts link={link} />
              {link.revoked === null && link.expires > Date.now() && (
                <Button look="plain" onClick={() => setRevoking(link.name)} data-testid={`revoke-${link.name}`}>
                  {t("links.revoke")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {canMake && (
        <div>
          <Button icon="link" busy={busy} onClick={() => void make()} data-testid={`new-link-${person}`}>
            {t("links.make")}
          </Button>
        </div>
      )}
      {made !== null && <NewLink url={made} alias={alias} onClose={() => setMade(null)} />}
      {revoking !== null && (
        <Dialog
          title={t("links.revoke_title")}
          closeLabel={t("close")}
          onClose={() => setRevoking(null)}
          footer={
            <>
              <Button onClick={() => setRevoking(null)}>{t("cancel")}</Button>
              <Button look="danger" busy={busy} onClick={() => void revoke(revoking)} data-testid="revoke-confirm">
                {t("links.revoke")}
              </Button>
            </>
          }
        >
          <p>{t("links.revoke_why", { alias })}</p>
        </Dialog>
      )}
    </div>
  );
}

function LinkFacts({ link }: { link: Link }) {
  const style = { dateStyle: "medium", timeStyle: "short" } as const;
  if (link.revoked !== null) return <span class="soft">{t("links.revoked_at", { time: when(link.revoked, style) })}</span>;
  if (link.expires <= Date.now()) return <span class="soft">{t("links.expired_at", { time: when(link.expires, style) })}</span>;
  return <span>{t("links.valid_until", { time: when(link.expires, style) })}</span>;
}

/** The only time that a link is on the screen: the server keeps its hash alone. */
function NewLink({ url, alias, onClose }: { url: string; alias: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      const field = document.querySelector<HTMLInputElement>("[data-testid=new-link-url]");
      field?.select();
      return;
    }
    setCopied(true);
    announce(t("links.copied"));
  };
  return (
    <Dialog
      title={t("links.new_title", { alias })}
      closeLabel={t("close")}
      onClose={onClose}
      footer={
        <Button look="primary" icon={copied ? "check" : "copy"} onClick={() => void copy()} data-testid="copy-link">
          {copied ? t("links.copied") : t("links.copy")}
        </Button>
      }
    >
      <div class="stack">
        <p>{t("links.new_why", { alias })}</p>
        <input
          class="input url"
          readOnly
          value={url}
          aria-label={t("links.url")}
          onFocus={(event) => event.currentTarget.select()}
          data-testid="new-link-url"
        />
      </div>
    </Dialog>
  );
}
