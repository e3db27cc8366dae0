/** The entry of the page on which somebody ends the messages that they get. */
import { render } from "preact";

import { openHttp } from "../core/http.ts";
import { Stop } from "./Stop.tsx";
import { load } from "./words.ts";
import "./stop.css";

const token = /^#([0-9a-f]{32})$/.exec(location.hash)?.[1] ?? null;
if (location.hash) history.replaceState(null, "", location.pathname);

await load();
const root = document.getElementById("app");
if (root !== null) render(<Stop token={token} http={openHttp()} />, root);
