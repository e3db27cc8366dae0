/** Names this tab for the server, also after a reload: the same tab gets its seat back without a question. */
import { randomId } from "../../core/random.ts";

const KEY = "tab";

export function tabId(): string {
  const known = sessionStorage.getItem(KEY);
  if (known !== null && /^[A-Za-z0-9_-]{16,64}$/.test(known)) return known;
  const made = randomId();
  sessionStorage.setItem(KEY, made);
  return made;
}
