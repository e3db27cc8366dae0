/** The formats of meetings of this clinic, asked for once. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { openHttp } from "../../core/http.ts";

type Text = Readonly<Record<string, string>>;

export interface Format {
  readonly format: string;
  readonly title: Text;
  readonly cards: readonly { readonly title: Text; readonly text: Text }[];
}

const known = signal<readonly Format[] | null>(null);
const failed = signal(false);

export const formats = {
  async load(): Promise<void> {
    failed.value = false;
    try {
      known.value = (await openHttp().get<{ formats: Format[] }>("/api/formats")).formats;
    } catch {
      failed.value = true;
    }
  },
};

export function useFormats(): { known: readonly Format[] | null; failed: boolean } {
  useEffect(() => {
    if (known.peek() === null) void formats.load();
  }, []);
  return { known: known.value, failed: failed.value };
}

/** In the language of the page, or in English. */
export function inOwn(text: Text): string {
  return text[document.documentElement.lang] ?? text["en"] ?? "";
}
