/** The entry of the staff pages. The first page is fetched while the server is asked who it is for. */
import { render } from "preact";

import { whoAmI } from "./api.ts";
import { App } from "./App.tsx";
import { load as loadNoteWords } from "./notes/words/index.ts";
import { fetchPage, pageOf } from "./pages.ts";
import { route } from "./route.ts";
import { load } from "./words/index.ts";
import "../ui/icons.ts";
import "./staff.css";
import "./attendance.css";

await Promise.all([load(), loadNoteWords(), whoAmI().catch(() => null)]);
const page = pageOf(route.peek());
if (page !== null) await fetchPage(page).catch(() => undefined);
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
