/** The entry of the staff pages. */
import { render } from "preact";

import { whoAmI } from "./api.ts";
import { App } from "./App.tsx";
import { load as loadNoteWords } from "./notes/words/index.ts";
import { load } from "./words/index.ts";
import "./staff.css";
import "./attendance.css";

await Promise.all([load(), loadNoteWords(), whoAmI().catch(() => null)]);
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
