/** The entry of the page that confirms papers. */
import { render } from "preact";

import { Verify } from "./Verify.tsx";
import { load } from "./words.ts";
import "./verify.css";

await load();
const root = document.getElementById("app");
if (root !== null) render(<Verify />, root);
