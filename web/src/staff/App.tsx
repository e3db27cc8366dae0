/** The frame of the staff pages: where they are, who is signed in, the way out. Which pages there are says pages.ts. */
import { useEffect, useRef, useState } from "preact/hooks";

import { Button, LiveRegion, Notice } from "../ui/index.ts";
import { me } from "./api.ts";
import { Glass } from "./emergency/Glass.tsx";
import { Navigation } from "./Navigation.tsx";
import { fetchPage, pageOf, ready } from "./pages.ts";
import type { Page } from "./pages.ts";
import { linkTo, route } from "./route.ts";
import { SignInAgain, SignInPage } from "./SignIn.tsx";
import { t } from "./words/index.ts";

export function App() {
  return (
    <>
      {me.value === null ? <SignInPage /> : <Pages />}
      <SignInAgain />
      <LiveRegion />
    </>
  );
}

function Pages() {
  const now = route.value;
  const page = pageOf(now);
  const main = useRef<HTMLElement>(null);
  return (
    <div class="staff">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t("skip")}
      </a>
      <Navigation now={page} />
      <div class="page">
        <Glass />
        <main id="main" ref={main} tabIndex={-1}>
          {page === null ? <p>{t("page.none")}</p> : <Shown page={page} address={linkTo(now.page, ...now.rest)} rest={now.page === page.page ? now.rest : []} />}
        </main>
      </div>
    </div>
  );
}

function Shown({ page, address, rest }: { page: Page; address: string; rest: readonly string[] }) {
  const [, fetched] = useState(0);
  const [failed, setFailed] = useState(false);
  const here = useRef<HTMLDivElement>(null);
  const seen = useRef<string | null>(null);
  const Content = ready(page);

  useEffect(() => {
    setFailed(false);
    if (ready(page) !== null) return;
    let wanted = true;
    fetchPage(page).then(
      () => wanted && fetched((n) => n + 1),
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [page]);

  // A new page is a new heading: without this, the focus stays on a link that is gone.
  useEffect(() => {
    if (Content === null || seen.current === address) return;
    const first = seen.current === null;
    seen.current = address;
    if (!first) here.current?.querySelector<HTMLElement>("h1")?.focus();
    scrollTo(0, 0);
  }, [address, Content]);

  if (failed) return <NotFetched />;
  return <div ref={here}>{Content === null ? <p class="soft">{t("loading")}</p> : <Content rest={rest} />}</div>;
}

/** A browser remembers a module that it did not get: only a new page asks again. What was typed is kept on the device. */
function NotFetched() {
  return (
    <Notice tone="warn" role="alert">
      <p>{t("page.failed")}</p>
      <Button look="plain" onClick={() => location.reload()}>
        {t("again")}
      </Button>
    </Notice>
  );
}
