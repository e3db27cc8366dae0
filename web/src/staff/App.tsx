/** The frame of the staff pages: who is signed in, where they are, the way out. */
import { useEffect, useRef } from "preact/hooks";

import { Icon, LiveRegion } from "../ui/index.ts";
import { me } from "./api.ts";
import { Attendance } from "./Attendance.tsx";
import { fragmentOf, route } from "./route.ts";
import type { Route } from "./route.ts";
import { Rows } from "./Rows.tsx";
import { may } from "./notes/door.ts";
import { CosignPage } from "./notes/CosignPage.tsx";
import { SignOut } from "./notes/SignOut.tsx";
import { ToSign } from "./notes/ToSign.tsx";
import { t as note } from "./notes/words/index.ts";
import { SessionPage } from "./SessionPage.tsx";
import { SignInAgain, SignInPage } from "./SignIn.tsx";
import { Today } from "./Today.tsx";
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
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  // A new page is a new heading: without this, the focus stays on a link that is gone.
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.querySelector<HTMLElement>("h1")?.focus();
    scrollTo(0, 0);
  }, [fragmentOf(now)]);
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
      <Top />
      <main id="main" ref={main} tabIndex={-1}>
        <Page route={now} />
      </main>
    </div>
  );
}

function Page({ route: now }: { route: Route }) {
  switch (now.page) {
    case "today":
      return <Today day={null} />;
    case "day":
      return <Today day={now.day} />;
    case "session":
      return <SessionPage key={now.session} id={now.session} />;
    case "attendance":
      return <Attendance />;
    case "rows":
      return <Rows />;
    case "sign":
      return <ToSign />;
    case "cosign":
      return <CosignPage key={now.session} session={now.session} />;
  }
}

function Top() {
  const page = route.value.page;
  return (
    <header class="top">
      <nav aria-label={t("nav")}>
        <a href="#/" aria-current={page === "today" || page === "day" ? "page" : undefined}>
          <Icon name="calendar" />
          {t("nav.sessions")}
        </a>
        <a href={fragmentOf({ page: "attendance" })} aria-current={page === "attendance" || page === "rows" ? "page" : undefined}>
          <Icon name="people" />
          {t("nav.attendance")}
        </a>
        {may("note.sign") && (
          <a href={fragmentOf({ page: "sign" })} aria-current={page === "sign" || page === "cosign" ? "page" : undefined} data-testid="nav-sign">
            <Icon name="note" />
            {note("tosign.title")}
          </a>
        )}
        <a href="/docs">
          <Icon name="key" />
          {t("nav.api")}
        </a>
      </nav>
      <div class="row who">
        <span class="soft small">{me.value?.legal_name}</span>
        <SignOut />
      </div>
    </header>
  );
}
