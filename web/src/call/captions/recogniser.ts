/**
 * The door to the browser's speech recognition, and the only file that may name it: on this device, or not at all.
 *
 * `processLocally` is a requirement and not a wish: a browser that has it fails rather than send sound anywhere. One that
 * does not know it would take the assignment for a property of our own and recognise at its maker's, so whatever lacks it
 * (also every prefixed recogniser) is no recogniser here, and whether the language is on the device is asked before each
 * start.
 */
export type Can = "no" | "downloadable" | "downloading" | "available";

interface Options {
  readonly langs: readonly string[];
  readonly processLocally: true;
  readonly quality?: Quality;
}

type Quality = "conversation" | "dictation" | "command";

interface Result {
  readonly isFinal: boolean;
  readonly 0: { readonly transcript: string };
}

interface ResultEvent extends Event {
  readonly resultIndex: number;
  readonly results: ArrayLike<Result>;
}

interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  processLocally: boolean;
  quality?: Quality;
  start(track: MediaStreamTrack): void;
  abort(): void;
}

interface Maker {
  new (): Recognition;
  readonly prototype: object;
  available(options: Options): Promise<"unavailable" | "downloadable" | "downloading" | "available">;
  install(options: Options): Promise<boolean>;
}

/** The best first. A browser that knows no such names takes the language alone. */
const QUALITIES: readonly Quality[] = ["conversation", "dictation", "command"];
const AGAIN_MS = 300;

function maker(): Maker | null {
  const made = (globalThis as { SpeechRecognition?: Maker }).SpeechRecognition;
  const local = made && typeof made.available === "function" && "processLocally" in made.prototype;
  return local ? made : null;
}

export interface Ability {
  readonly can: Can;
  readonly quality: Quality;
}

export async function ability(lang: string): Promise<Ability> {
  const none: Ability = { can: "no", quality: "command" };
  const made = maker();
  if (!made) return none;
  for (const quality of QUALITIES) {
    try {
      const can = await made.available({ langs: [lang], processLocally: true, quality });
      if (can !== "unavailable") return { can, quality };
    } catch {
      return none;
    }
  }
  return none;
}

/** Only on a person's click: the browser fetches a language's file from its maker. */
export async function install(lang: string, quality: Quality): Promise<boolean> {
  return (await maker()?.install({ langs: [lang], processLocally: true, quality }).catch(() => false)) ?? false;
}

export interface Words {
  readonly text: string;
  readonly final: boolean;
}

/** What is said in a track, as words, until the returned function is called. `cannot`: this browser does not, after all. */
export function recognise(track: MediaStreamTrack, lang: string, heard: (words: Words) => void, cannot: () => void): () => void {
  let over = false;
  let running: Recognition | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function begin(): Promise<void> {
    const made = maker();
    const { can, quality } = await ability(lang);
    if (over) return;
    if (!made || can !== "available") return cannot();
    const one = new made();
    one.processLocally = true;
    if (!one.processLocally) return cannot();
    if ("quality" in one) one.quality = quality;
    one.lang = lang;
    one.continuous = true;
    one.interimResults = true;
    one.addEventListener("result", (event) => {
      const { results, resultIndex } = event as ResultEvent;
      for (let index = resultIndex; index < results.length; index++) {
        const result = results[index];
        if (result) heard({ text: result[0].transcript.trim(), final: result.isFinal });
      }
    });
    one.addEventListener("error", (event) => {
      const { error } = event as Event & { error?: string };
      // Everything else ends, and begins again.
      if (error === "service-not-allowed" || error === "language-not-supported" || error === "not-allowed") {
        over = true;
        cannot();
      }
    });
    one.addEventListener("end", () => {
      running = null;
      if (!over && track.readyState === "live") timer = setTimeout(() => void begin(), AGAIN_MS);
    });
    try {
      one.start(track);
      running = one;
    } catch {
      cannot();
    }
  }

  void begin();
  return () => {
    over = true;
    clearTimeout(timer);
    running?.abort();
  };
}
