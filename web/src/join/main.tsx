/** The join page: takes the token out of the address bar before anything else, then draws the step that one is at. */
import { signal } from "@preact/signals";
import { render, type ComponentType } from "preact";
import { openDevices } from "../core/devices.ts";
import { load } from "../text/client.ts";
import { About } from "./About.tsx";
import { arrive, type Arrival } from "./arrival.ts";
import { Check } from "./Check.tsx";
import { BadLink, Hello } from "./Hello.tsx";
import { leaveTab, takeTab } from "./place.ts";
import { Room } from "./Room.tsx";
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
