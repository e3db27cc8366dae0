/** The join page: takes the token out of the address bar before anything else, then draws the step that one is at. */
import { render, type ComponentType } from "preact";
import { ClinicPhone, Corner, Screen } from "../call/Screen.tsx";
import { applyComfort } from "../comfort/comfort.ts";
import { ComfortButton } from "../comfort/ComfortButton.tsx";
import { load, t } from "../text/client.ts";
import { fetched } from "../ui/fetched.tsx";
import { arrive, type Arrival } from "./arrival.ts";
import { onEscapes, part, quickExit } from "./exit.ts";
import { Hello } from "./Hello.tsx";
import type { InsideProps } from "./Inside.tsx";
import { leaveTab, takeTab } from "./place.ts";
import { QuickExit } from "./QuickExit.tsx";
import { takeToken } from "./token.ts";
import "../comfort/comfort.css";
import "./join.css";

const token = takeToken(location, history);
const tab = takeTab(sessionStorage);
applyComfort();
onEscapes(() => void quickExit());

// Another link opened in this tab changes the fragment alone, which loads nothing.
const reload = () => location.reload();
window.addEventListener("hashchange", reload);
window.addEventListener("pagehide", () => {
  if (!part.gone) leaveTab(sessionStorage, tab);
});
window.addEventListener("pageshow", (event) => {
  // Back from the browser's page cache, with closed sockets and another page's name.
  if (event.persisted) reload();
});

const offline = () => <Screen title={t("over_failed_title")} lead={t("hello_offline")} />;

const late = <P extends object>(load: () => Promise<ComponentType<P>>) => fetched<P>(load, undefined, offline);

const Inside = late<InsideProps>(() => import("./Inside.tsx").then((module) => module.Inside));
/** Only some need them: they are fetched when it is their turn. */
const Later = late<{ arrival: Arrival }>(() => import("./Later.tsx").then((module) => module.Later));
const BadLink = late<object>(() => import("./bad/BadLink.tsx").then((module) => module.BadLink));
const Agree = late<{ arrival: Arrival }>(() => import("./agree/Agree.tsx").then((module) => module.Agree));

function Page({ arrival }: { arrival: Arrival }) {
  const facts = arrival.facts.value;
  switch (arrival.step.value) {
    case null:
      return null;
    case "bad-link":
      return <BadLink />;
    case "hello":
      return <Hello arrival={arrival} />;
    case "agree":
      return <Agree arrival={arrival} />;
    case "check":
    case "about":
    case "room":
      return <Inside arrival={arrival} facts={facts} screen={arrival.step.value} tab={tab} />;
    default:
      return <Later arrival={arrival} />;
  }
}

/** The same help on every screen, as soon as the server has said whose page this is. */
function WithPhone({ arrival }: { arrival: Arrival }) {
  return (
    <ClinicPhone.Provider value={arrival.facts.value?.clinic_phone ?? ""}>
      <Page arrival={arrival} />
    </ClinicPhone.Provider>
  );
}

async function start(): Promise<void> {
  await load();
  Inside.ahead();
  const app = document.getElementById("app");
  const corner = (
    <>
      <QuickExit />
      <ComfortButton />
    </>
  );
  const arrival = arrive(token, sessionStorage);
  if (!app) return;
  render(
    <Corner.Provider value={corner}>
      <WithPhone arrival={arrival} />
    </Corner.Provider>,
    app,
  );
}

void start();
