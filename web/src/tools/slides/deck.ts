/**
 * The pages of one material, as this page fetches them: the texts at once, an image when it is wanted, and the one after
 * it, so that turning is instant. Images are held in memory only, a few at a time: nothing of them is left on the device.
 */
import { openHttp } from "../../core/http.ts";

export interface SlidePage {
  readonly width: number;
  readonly height: number;
  readonly text: string;
}

export interface Deck {
  readonly title: string;
  readonly language: string;
  readonly pages: readonly SlidePage[];
}

export interface Slides {
  readonly deck: Promise<Deck>;
  /** Where the image of a page is, once it is here. */
  image(page: number): Promise<string>;
  close(): void;
}

const HELD = 6;

export function openSlides(session: string, material: string, http = openHttp()): Slides {
  const base = `/api/sessions/${session}/slides/${material}`;
  const held = new Map<number, Promise<string>>();
  const end = new AbortController();
  const drop = (page: number) => {
    void held.get(page)?.then(
      (url) => URL.revokeObjectURL(url),
      () => undefined,
    );
    held.delete(page);
  };
  return {
    deck: http.get<Deck>(base),
    image(page) {
      const known = held.get(page);
      if (known) {
        // The last one asked for is the one on the screen, and the last to be let go.
        held.delete(page);
        held.set(page, known);
        return known;
      }
      const fresh = http.file(`${base}/${page}`, "image/webp", end.signal, () => undefined).then((blob) => URL.createObjectURL(blob));
      held.set(page, fresh);
      fresh.catch(() => held.delete(page));
      for (const other of held.keys()) {
        if (held.size <= HELD) break;
        if (other !== page) drop(other);
      }
      return fresh;
    },
    close() {
      end.abort();
      for (const page of [...held.keys()]) drop(page);
    },
  };
}
