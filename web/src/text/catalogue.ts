/**
 * Words by key. A catalogue is made of the English texts, which come with the page, and of translations, which are
 * fetched when the browser asks for them. `load` once before drawing.
 *
 * In a text, `{name}` is replaced; a key that ends in ".one" or ".other" is chosen by `n` with the language's plural
 * rules. Dates and times go through `when`, so that nobody concatenates them.
 */
export type Values = Record<string, string | number>;

const PATIENCE_MS = 4000;

let language = "en";

/** Making a formatter takes up to a millisecond, and a room is drawn with dozens: each is made once. */
const made = new Map<string, unknown>();

function once<T>(name: string, make: () => T): T {
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}

const numbers = () => once(`numbers ${language}`, () => new Intl.NumberFormat(language));
const plurals = () => once(`plurals ${language}`, () => new Intl.PluralRules(language));

/** The best language that both the browser and we speak. */
export function choose(wanted: readonly string[], have: readonly string[]): string {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0] ?? "";
    if (base === "en" || have.includes(base)) return base;
  }
  return "en";
}

export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers().format(value) : value;
  });
}

type Base<K extends string> = K extends `${infer B}.one` ? B : K extends `${string}.other` ? never : K;

export interface Catalogue<K extends string> {
  t: (key: Base<K>, values?: Values) => string;
  /** In the language that somebody chose, or else the browser's. */
  load: (chosen?: string | null) => Promise<void>;
}

export function catalogue<K extends string>(
  english: Record<K, string>,
  translations: Record<string, () => Promise<{ default: Record<K, string> }>>,
): Catalogue<K> {
  let texts: Record<string, string> = english;
  const speak = (chosen: string, words: Record<K, string>) => {
    texts = words;
    language = chosen;
    document.documentElement.lang = chosen;
  };
  return {
    t(key, values = {}) {
      const n = values["n"];
      const plural = typeof n === "number" ? texts[`${key}.${plurals().select(n)}`] : undefined;
      const text = plural ?? texts[key] ?? texts[`${key}.other`] ?? key;
      return fill(text, values);
    },
    async load(chosen = null) {
      const wanted = choose(chosen ? [chosen] : navigator.languages, Object.keys(translations));
      const fetched = translations[wanted];
      if (!fetched) {
        if (chosen) speak(wanted, english);
        return;
      }
      const late = new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS));
      const loaded = await Promise.race([fetched().catch(() => null), late]);
      if (!loaded) return;
      speak(wanted, loaded.default);
    },
  };
}

/** A point in time in words of the reader's language: `when(at, {hour: "numeric", minute: "2-digit"})`. */
export function when(at: number, options: Intl.DateTimeFormatOptions): string {
  const tag = navigator.languages.find((one) => one.toLowerCase().startsWith(language)) ?? language;
  return once(`${tag} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(tag, options)).format(at);
}
