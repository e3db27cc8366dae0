/** The join page: takes the token out of the address bar before anything else, then draws the step that one is at. */
import { render, type ComponentChildren } from "preact";
import { Corner, Screen } from "../call/Screen.tsx";
import { applyComfort } from "../comfort/comfort.ts";
import { ComfortButton } from "../comfort/ComfortButton.tsx";
import { openDevices } from "../core/devices.ts";
import { load, t } from "../text/client.ts";
import { fetched } from "../ui/fetched.tsx";
import { arrive, type Arrival, type Facts } from "./arrival.ts";
import { Check } from "./Check.tsx";
import { onEscapes, quickExit } from "./exit.ts";
import { BadLink, Hello } from "./Hello.tsx";
import { leaveTab, takeTab } from "./place.ts";
import { QuickExit } from "./QuickExit.tsx";
import { Room } from "./Room.tsx";
import { Steps } from "./Steps.tsx";
import { takeToken } from "./token.ts";
import "../comfort/comfort.css";
import "./join.css";

const token = takeToken(location, history);
const tab = takeTab(sessionStorage);
const devices = openDevices();
applyComfort();
onEscapes(() => void quickExit(devices));

// Another link opened in this tab changes the fragment alone, which loads nothing.
const reload = () => location.reload();
window.addEventListener("hashchange", reload);
window.addEventListener("pagehide", () => leaveTab(sessionStorage, tab));
window.addEventListener("pageshow", (event) => {
  // Back from the browser's page cache, with closed sockets and another page's name.
  if (event.persisted) reload();
});

/** Only some need them: they are fetched when it is their turn. */
const Later = fetched<{ arrival: Arrival }>(
  () => import("./Later.tsx").then((module) => module.Later),
  () => null,
  () => <Screen title={t("over_failed_title")} lead={t("hello_offline")} />,
);
const Agree = fetched<{ arrival: Arrival; progress: ComponentChildren }>(
  () => import("./agree/Agree.tsx").then((module) => module.Agree),
  () => null,
  () => <Screen title={t("over_failed_title")} lead={t("hello_offline")} />,
);
/** Fetched while one looks into the mirror. */
const About = fetched<{ arrival: Arrival; facts: Facts }>(
  () => import("./about/About.tsx").then((module) => module.About),
  () => null,
  () => <Screen title={t("over_failed_title")} lead={t("hello_offline")} />,
);

function Page({ arrival }: { arrival: Arrival }) {
  const facts = arrival.facts.value;
  switch (arrival.step.value) {
    case null:
      return null;
    case "bad-link":
      return <BadLink />;
    case "hello":
      return <Hello arrival={arrival} />;
    case "check":
      About.ahead();
      return <Check arrival={arrival} devices={devices} />;
    case "agree":
      return <Agree arrival={arrival} progress={<Steps now={2} />} />;
    case "about":
      return facts && <About arrival={arrival} facts={facts} />;
    case "room":
      return facts && <Room arrival={arrival} facts={facts} devices={devices} tab={tab} />;
    default:
      return <Later arrival={arrival} />;
  }
}

async function start(): Promise<void> {
  await load();
  const app = document.getElementById("app");
  const corner = (
    <>
      <QuickExit devices={devices} />
      <ComfortButton />
    </>
  );
  const arrival = arrive(token, sessionStorage);
  if (!app) return;
  render(
    <Corner.Provider value={corner}>
      <Page arrival={arrival} />
    </Corner.Provider>,
    app,
  );
}

void start();
