/**
 * The engine of media, as large as this page's shape wants it. It is fetched after the screens before the waiting room and
 * before the view of the room: with it media connects while one waits.
 */
import type { OpenMedia } from "../core/media.ts";

const NARROW = "(max-width: 40rem)";

export async function fetchMedia(): Promise<OpenMedia> {
  const { openMedia, LAPTOP, PHONE } = await import("../core/media.ts");
  return openMedia(matchMedia(NARROW).matches ? PHONE : LAPTOP);
}
