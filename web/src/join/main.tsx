/** The join page: takes the token out of the address bar before anything else, then draws the step that one is at. */
import { signal } from "@preact/signals";
import { render, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Screen } from "../call/Screen.tsx";
import { openDevices } from "../core/devices.ts";
import { load, t } from "../text/client.ts";
import { About } from "./About.tsx";
import type { Agree as AgreeView } from "./agree/Agree.tsx";
import { arrive, type Arrival } from "./arrival.ts";
import { Check } from "./Check.tsx";
import { BadLink, Hello } from "./Hello.tsx";
import { leaveTab, takeTab } from "./place.ts";
import { Room } from "./Room.tsx";
import { Steps } from "./Steps.tsx";
import { takeToken } from "./token.ts";
import "./join.css";

const token = takeToken(location, history);
const tab = takeTab(sessionStorage);
const devices = openDevices();

// Another link opened in this tab changes the fragment alone, which loads nothing.
const reload = () => location.reload();
window.addEventListener("hashchange", reload);
window.addEventListener("pagehide", () => leaveTab(sessionStorage, tab));
window.addEventListener("pageshow", (event) => {
  // Back from the browser's page cache, with closed sockets and another page's name.
  if (event.persisted) reload();
});

/** A component in a signal would be called by it: it is kept in an object. */
const later = signal<{ Later: ComponentType<{ arrival: Arrival }> } | null>(null);
/** Most people have nothing to sign: what shows it is fetched when somebody has. */
const agree = signal<{ View: typeof AgreeView } | null>(null);

function Agree({ arrival }: { arrival: Arrival }) {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./agree/Agree.tsx").then(
      ({ Agree: View }) => (agree.value = { View }),
      () => setFailed(true),
    );
  }, []);
  if (failed) return <Screen title={t("over_failed_title")} lead={t("hello_offline")} />;
  return agree.value && <agree.value.View arrival={arrival} progress={<Steps now={2} />} />;
}

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
      return <Check arrival={arrival} devices={devices} />;
    case "agree":
      return <Agree arrival={arrival} />;
    case "about":
      return facts && <About arrival={arrival} facts={facts} />;
    case "room":
      return facts && <Room arrival={arrival} facts={facts} devices={devices} tab={tab} />;
    default:
      if (later.value) return <later.value.Later arrival={arrival} />;
      import("./Later.tsx").then((module) => (later.value = module), reload);
      return null;
  }
}

async function start(): Promise<void> {
  await load();
  const app = document.getElementById("app");
  if (app) render(<Page arrival={arrive(token, sessionStorage)} />, app);
}

void start();
