/** The entry of a client's own page: takes the token out of the address bar before anything else, then draws. */
import { render } from "preact";

import { takeToken } from "../join/token.ts";
import { Page } from "./Page.tsx";
import { load } from "./words.ts";
import "../ui/icons.ts";
import "./me.css";

const TOKEN = "own-token";
const LANGUAGE = "language";

const found = takeToken(location, history);
if (found) sessionStorage.setItem(TOKEN, found);
const token = found ?? sessionStorage.getItem(TOKEN);

// Another link opened in this tab changes the fragment alone, which loads nothing.
window.addEventListener("hashchange", () => location.reload());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const speak = async (chosen: string) => {
  localStorage.setItem(LANGUAGE, chosen);
  await draw();
};

async function draw(): Promise<void> {
  await load(localStorage.getItem(LANGUAGE));
  const root = document.getElementById("app");
  if (root === null) return;
  document.title = document.documentElement.lang === "es" ? "Mi página" : "My page";
  render(<Page key={document.documentElement.lang} token={token} language={document.documentElement.lang === "es" ? "es" : "en"} speak={speak} />, root);
}

void draw();
