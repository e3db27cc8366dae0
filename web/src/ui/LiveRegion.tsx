/**
 * What is said aloud to a screen reader. `announce` may be called from anywhere; polite sentences are gathered and
 * said as one every 3 seconds, because eight people coming in would otherwise drown the person who speaks.
 */
import { signal } from "@preact/signals";

const GATHER_MS = 3000;

const polite = signal("");
const assertive = signal("");
let gathered: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(sentence: string, how: "polite" | "assertive" = "polite"): void {
  if (how === "assertive") {
    // The same sentence twice is no change, and no change is not spoken: a no-break space makes one.
    assertive.value = assertive.value === sentence ? `${sentence}\u00a0` : sentence;
    return;
  }
  gathered.push(sentence);
  timer ??= setTimeout(() => {
    timer = undefined;
    const said = gathered.join(" ");
    gathered = [];
    polite.value = polite.value === said ? `${said}\u00a0` : said;
  }, GATHER_MS);
}

export function LiveRegion() {
  return (
    <>
      <div class="unseen" role="status" aria-live="polite">
        {polite}
      </div>
      <div class="unseen" role="alert" aria-live="assertive">
        {assertive}
      </div>
    </>
  );
}
