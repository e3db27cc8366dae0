/**
 * The quick way out: blank at once, silent at once, and a page that could be anybody's in place of this one.
 *
 * What is on the screen goes first, in the same task as the press. Then the room is told that its person leaves, so that
 * the record says so and nobody is looked for by an alarm; whatever the network does, this page is gone half a second
 * later. The tab forgets the link, and going back leads to nothing of this.
 */
const NEUTRAL = "/calendar";
const PATIENCE_MS = 500;
/** Three times within so long. */
const WITHIN_MS = 1500;
const TIMES = 3;

/** What there is to leave, while there is something. */
export const part: { leave: (() => Promise<void>) | null; close: (() => void) | null; gone: boolean } = { leave: null, close: null, gone: false };

export async function quickExit(): Promise<void> {
  part.gone = true;
  for (const element of document.querySelectorAll<HTMLMediaElement>("audio, video")) {
    element.pause();
    element.srcObject = null;
  }
  document.body.replaceChildren();
  document.title = "";
  part.close?.();
  sessionStorage.clear();
  history.replaceState(null, "", NEUTRAL);
  const late = new Promise<void>((go) => setTimeout(go, PATIENCE_MS));
  await Promise.race([part.leave?.().catch(() => undefined), late]);
  location.replace(NEUTRAL);
}

/** Escape three times in a row is the same. */
export function onEscapes(act: () => void): () => void {
  let pressed: number[] = [];
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape") pressed = [];
    else if (!event.repeat) {
      pressed = [...pressed, event.timeStamp].filter((at) => event.timeStamp - at < WITHIN_MS);
      if (pressed.length >= TIMES) act();
    }
  };
  // Before any dialog or panel: they close by the same key.
  addEventListener("keydown", key, true);
  return () => removeEventListener("keydown", key, true);
}
