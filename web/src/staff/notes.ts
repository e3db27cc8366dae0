/**
 * The notes of one session in this page: one `Keeper` per section, each running the autosave machine on real timers
 * and a real door. Owns timers and what is under way; the rules are `autosave.ts`, HTTP is `api.ts`.
 *
 * Texts live in this page's memory only: never in storage, an address or the console.
 */

import { signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";

import type { NoteSection, NotesDoor } from "./api.ts";
import { opened, step, unsent } from "./autosave.ts";
import type { Draft, Effect, Event, Revision } from "./autosave.ts";

/** "group", or the id of the person whom the section is about. */
export type About = string;

/** Every look is an entry in the audit log, so not often: what counts is that nobody saves over an older text. */
const LOOK_AGAIN = 60_000;

function revisionOf(section: NoteSection): Revision {
  return {
    revision: section.revision,
    text: section.text,
    saved: section.revision === 0 ? 0 : section.saved,
    signed: section.state === "signed" ? (section.signed ?? section.saved) : null,
  };
}

export class Keeper {
  readonly draft: ReadonlySignal<Draft>;
  readonly #draft: Signal<Draft>;
  readonly #save: (text: string, revision: number) => Promise<Event>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly about: About;

  constructor(
    about: About,
    section: NoteSection,
    save: (text: string, revision: number) => Promise<Event>,
  ) {
    this.about = about;
    this.#draft = signal(opened(revisionOf(section)));
    this.draft = this.#draft;
    this.#save = save;
  }

  tell(event: Event): void {
    const [next, effect] = step(this.#draft.peek(), event);
    this.#draft.value = next;
    if (effect !== null) this.#do(effect);
  }

  refreshed(section: NoteSection): void {
    this.tell({ kind: "refreshed", section: revisionOf(section) });
  }

  /** Saves now. */
  flush(): void {
    this.tell({ kind: "flush" });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #do(effect: Effect): void {
    clearTimeout(this.#timer);
    if (effect.kind === "timer") {
      this.#timer = setTimeout(() => this.tell({ kind: "due" }), effect.ms);
    } else {
      void this.#save(effect.text, effect.revision).then((event) => this.tell(event));
    }
  }
}

export type Loading = "loading" | "ready" | "unreachable" | "refused";

export class Notebook {
  readonly loading: Signal<Loading> = signal("loading");
  readonly keepers: Signal<readonly Keeper[]> = signal([]);
  #looking: ReturnType<typeof setInterval> | undefined;

  readonly session: string;
  readonly #door: NotesDoor;

  constructor(session: string, door: NotesDoor) {
    this.session = session;
    this.#door = door;
  }

  /** Loads, and keeps looking for what others have saved while the page is in front. */
  open(): void {
    addEventListener("online", this.#online);
    addEventListener("pagehide", this.#hide);
    addEventListener("beforeunload", this.#unload);
    document.addEventListener("visibilitychange", this.#visible);
    this.#looking = setInterval(() => {
      if (document.visibilityState === "visible") void this.look();
    }, LOOK_AGAIN);
    void this.look();
  }

  /** Tries again whatever the server refused: somebody has signed in again. */
  retry(): void {
    for (const keeper of this.keepers.peek()) keeper.flush();
    void this.look();
  }

  /** Sends what is unsent and lets go of the page. */
  close(): void {
    removeEventListener("online", this.#online);
    removeEventListener("pagehide", this.#hide);
    removeEventListener("beforeunload", this.#unload);
    document.removeEventListener("visibilitychange", this.#visible);
    clearInterval(this.#looking);
    for (const keeper of this.keepers.peek()) {
      keeper.flush();
      keeper.stop();
    }
  }

  /** Reads every section again: new ones appear, untouched ones take what others have saved. */
  async look(): Promise<void> {
    const answer = await this.#door.load(this.session);
    if (answer.kind !== "ok") {
      if (this.loading.peek() !== "ready") this.loading.value = answer.kind;
      return;
    }
    this.#take(answer.sections);
  }

  /** Takes sections that came with another answer (signing). */
  #take(sections: readonly NoteSection[]): void {
    const known = new Map(this.keepers.peek().map((keeper) => [keeper.about, keeper]));
    const order: Keeper[] = [];
    for (const section of sections) {
      const about = section.about ?? "group";
      const keeper = known.get(about);
      if (keeper === undefined) order.push(this.#keeper(about, section));
      else {
        keeper.refreshed(section);
        order.push(keeper);
        known.delete(about);
      }
    }
    for (const gone of known.values()) if (unsent(gone.draft.peek())) order.push(gone);
    this.keepers.value = order;
    this.loading.value = "ready";
  }

  /** Whether every section is saved now, after having tried. */
  async settle(): Promise<boolean> {
    const all = await Promise.all(this.keepers.peek().map(settled));
    return all.every((phase) => phase === "saved" || phase === "signed");
  }

  async sign(): Promise<{ readonly code: string; readonly missing: readonly About[] } | null> {
    if (!(await this.settle())) return { code: "unsaved", missing: [] };
    const answer = await this.#door.sign(this.session);
    if (answer.kind === "ok") {
      this.#take(answer.sections);
      return null;
    }
    if (answer.kind === "unreachable") return { code: "unreachable", missing: [] };
    return { code: answer.code, missing: answer.missing };
  }

  #keeper(about: About, section: NoteSection): Keeper {
    return new Keeper(about, section, async (text, revision) => {
      const answer = await this.#door.save(this.session, about, text, revision);
      const at = performance.now();
      switch (answer.kind) {
        case "ok":
          return { kind: "saved", section: revisionOf(answer.section), at };
        case "stale":
          return { kind: "stale", current: revisionOf(answer.current), at };
        case "unreachable":
          return { kind: "unreachable" };
        case "refused":
          return { kind: "refused", code: answer.code };
      }
    });
  }

  readonly #online = (): void => {
    for (const keeper of this.keepers.peek()) keeper.tell({ kind: "reachable" });
    void this.look();
  };

  readonly #hide = (): void => {
    for (const keeper of this.keepers.peek()) keeper.flush();
  };

  readonly #visible = (): void => {
    if (document.visibilityState === "hidden") for (const keeper of this.keepers.peek()) keeper.flush();
    else void this.look();
  };

  readonly #unload = (event: BeforeUnloadEvent): void => {
    const keepers = this.keepers.peek();
    for (const keeper of keepers) keeper.flush();
    if (keepers.some((keeper) => unsent(keeper.draft.peek()))) event.preventDefault();
  };
}

/** Flushes one section and waits until it is no longer on its way. */
function settled(keeper: Keeper): Promise<Draft["phase"]> {
  keeper.flush();
  return new Promise((resolve) => {
    const done = (draft: Draft): void => {
      if (draft.phase === "saving" || draft.phase === "draft") return;
      resolve(draft.phase);
      // Subscribing calls back at once, before there is anything to stop.
      queueMicrotask(() => stop());
    };
    const stop = keeper.draft.subscribe(done);
  });
}
