/**
 * The notes of one session in this page: one `Keeper` per section, each running the autosave machine on real timers
 * and a real door. Owns timers and what is under way; the rules are `autosave.ts`, HTTP is `notes/door.ts`, and what is
 * not sent yet is also on a shelf (`notes/kept.ts`), sealed.
 */

import { signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";

import { randomId } from "../core/random.ts";
import { opened, recovered, step, unsent } from "./autosave.ts";
import type { Draft, Effect, Event, Revision, Sending } from "./autosave.ts";
import { FREE, FREE_TEMPLATE, tagOf } from "./notes/content.ts";
import type { Content, Template } from "./notes/content.ts";
import type { Check, Finding, Lack, NoteSection, NotesDoor, People, Planned } from "./notes/door.ts";
import type { Kept, Shelf } from "./notes/kept.ts";

/** "group", or the id of the person whom the section is about. */
export type About = string;

/** Every look is an entry in the audit log, so not often: what counts is that nobody saves over an older text. */
const LOOK_AGAIN = 60_000;
/** What was typed is on the shelf so soon after. */
const SHELVE = 250;
/** After a save, what signing needs is asked for again. */
const CHECK_AGAIN = 600;

function contentOf({ template, fields, goals }: Content): Content {
  return { template, fields, goals };
}

function revisionOf(section: NoteSection): Revision {
  return {
    revision: section.revision,
    content: contentOf(section),
    saved: section.revision === 0 ? 0 : section.saved,
    signed: section.state === "draft" ? null : (section.signed ?? section.saved),
  };
}

/** One text on its way to the server: of a progress note's section or of a counselling note. */
export class Keeper {
  readonly draft: ReadonlySignal<Draft>;
  readonly #draft: Signal<Draft>;
  readonly #save: (sending: Sending) => Promise<Event>;
  readonly #shelf: Pick<Shelf, "put" | "drop">;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shelving: ReturnType<typeof setTimeout> | undefined;
  #shelved = false;
  #stopped = false;

  readonly about: About;

  constructor(about: About, base: Revision, save: (sending: Sending) => Promise<Event>, shelf: Pick<Shelf, "put" | "drop">, left?: Kept) {
    const seed = randomId(9);
    this.about = about;
    this.#draft = signal(left === undefined ? opened(base, seed) : recovered(left, seed));
    this.draft = this.#draft;
    this.#save = save;
    this.#shelf = shelf;
    this.#shelved = left !== undefined;
    if (left !== undefined) {
      this.tell({ kind: "refreshed", section: base });
      this.tell({ kind: "reachable" });
    }
  }

  tell(event: Event): void {
    const [next, effect] = step(this.#draft.peek(), event);
    this.#draft.value = next;
    if (effect !== null) this.#do(effect);
    this.#shelve();
  }

  /** Saves now. */
  flush(): void {
    this.tell({ kind: "flush" });
  }

  /** No more timers; what is under way may still be answered, and what is not sent stays on the shelf. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#shelving !== undefined) this.#toShelf();
  }

  #do(effect: Effect): void {
    clearTimeout(this.#timer);
    if (effect.kind === "send") void this.#save(effect.sending).then((event) => this.tell(event));
    else if (!this.#stopped) this.#timer = setTimeout(() => this.tell({ kind: "due" }), effect.ms);
  }

  #shelve(): void {
    if (!unsent(this.#draft.peek())) {
      clearTimeout(this.#shelving);
      this.#shelving = undefined;
      if (this.#shelved) this.#shelf.drop(this.about);
      this.#shelved = false;
    } else if (!this.#stopped) this.#shelving ??= setTimeout(() => this.#toShelf(), SHELVE);
  }

  #toShelf(): void {
    clearTimeout(this.#shelving);
    this.#shelving = undefined;
    const { base, content, sending } = this.#draft.peek();
    this.#shelf.put(this.about, { base, content, sending });
    this.#shelved = true;
  }
}

/** The keeper of a progress note's section, with all else that the server says about it. */
export class SectionKeeper extends Keeper {
  readonly section: Signal<NoteSection>;

  constructor(
    section: NoteSection,
    save: (sending: Sending) => Promise<Event>,
    shelf: Pick<Shelf, "put" | "drop">,
    left?: Kept,
  ) {
    super(section.about ?? "group", revisionOf(section), save, shelf, left);
    this.section = signal(section);
  }

  /** A newer look at it. An answer to a save says nothing about the facts. */
  refreshed(section: NoteSection): void {
    this.section.value = section.facts === null ? { ...section, facts: this.section.peek().facts } : section;
    this.tell({ kind: "refreshed", section: revisionOf(section) });
  }

  /** What came after its signature. */
  changed(section: NoteSection): void {
    this.section.value = section;
  }
}

/** For pages that know nobody: nothing is kept. */
const NOWHERE: Shelf = { take: () => Promise.resolve(new Map()), put: () => undefined, drop: () => undefined, leave: () => undefined };

/** Notebooks that stand in this page: whoever signs out asks them first. */
export const openBooks = new Set<{ settle(): Promise<boolean> }>();

/** The server's templates, as soon as any page has asked. */
export const templates = signal<readonly Template[]>([FREE_TEMPLATE]);
let asked: Promise<void> | null = null;

function askTemplates(door: NotesDoor): void {
  asked ??= door.templates().then(
    (found) => {
      if (found.length > 0) templates.value = found;
    },
    () => {
      asked = null;
    },
  );
}

export type Loading = "loading" | "ready" | "unreachable" | "refused";

/** What signing needs, and what stood in the sections when that was asked. */
export interface Checked extends Check {
  readonly contents: ReadonlyMap<About, Content>;
}

export class Notebook {
  readonly loading: Signal<Loading> = signal("loading");
  readonly keepers: Signal<readonly SectionKeeper[]> = signal([]);
  /** How the note of this kind of session begins; free text until the server has said it. */
  readonly planned: Signal<Planned> = signal({ kind: "", begins: { shared: FREE, client: FREE } });
  /** Who wrote and signed, by id. */
  readonly people: Signal<People> = signal({});
  /** null until somebody wants to sign. */
  readonly checked: Signal<Checked | null> = signal(null);
  /** Reasons given, by the id of the finding. */
  readonly answers: Signal<ReadonlyMap<string, string>> = signal(new Map());
  #looking: ReturnType<typeof setInterval> | undefined;
  #checking: ReturnType<typeof setTimeout> | undefined;
  #left: Promise<Map<About, Kept>> | null = null;

  readonly session: string;
  readonly #door: NotesDoor;
  readonly #shelf: Shelf;

  constructor(session: string, door: NotesDoor, shelf: Shelf = NOWHERE) {
    this.session = session;
    this.#door = door;
    this.#shelf = shelf;
  }

  /** Loads, and keeps looking for what others have saved while the page is in front. */
  open(): void {
    openBooks.add(this);
    askTemplates(this.#door);
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
    askTemplates(this.#door);
    for (const keeper of this.keepers.peek()) keeper.flush();
    void this.look();
  }

  /** Sends what is unsent and lets go of the page. */
  close(): void {
    openBooks.delete(this);
    removeEventListener("online", this.#online);
    removeEventListener("pagehide", this.#hide);
    removeEventListener("beforeunload", this.#unload);
    document.removeEventListener("visibilitychange", this.#visible);
    clearInterval(this.#looking);
    clearTimeout(this.#checking);
    for (const keeper of this.keepers.peek()) {
      keeper.flush();
      keeper.stop();
    }
    this.#shelf.leave();
  }

  /** Reads every section again: new ones appear, untouched ones take what others have saved. */
  async look(): Promise<void> {
    this.#left ??= this.#shelf.take();
    const [answer, left] = await Promise.all([this.#door.load(this.session), this.#left]);
    if (answer.kind !== "ok") {
      if (this.loading.peek() !== "ready") this.loading.value = answer.kind;
      return;
    }
    this.people.value = answer.people;
    this.planned.value = answer.planned;
    this.#take(answer.sections, left);
  }

  /** Takes sections that came with another answer (signing), and what an earlier page left about them. */
  #take(sections: readonly NoteSection[], left = new Map<About, Kept>()): void {
    const known = new Map(this.keepers.peek().map((keeper) => [keeper.about, keeper]));
    const order: SectionKeeper[] = [];
    for (const section of sections) {
      const about = section.about ?? "group";
      const keeper = known.get(about);
      if (keeper === undefined) {
        order.push(this.#keeper(section, left.get(about)));
        left.delete(about);
      } else {
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

  /** Asks what is missing; null, or why there is no answer. */
  async check(): Promise<string | null> {
    if (!(await this.settle())) return "unsaved";
    const contents = this.#contents();
    const answer = await this.#door.check(this.session);
    if (answer.kind !== "ok") return answer.kind === "refused" ? answer.code : "unreachable";
    this.checked.value = { ...answer.check, contents };
    return null;
  }

  /** What is missing still, counting the reasons that were given. */
  unready(): readonly Lack[] {
    const answers = this.answers.value;
    return (this.checked.value?.unready ?? []).filter(({ finding }) => finding === null || (answers.get(finding.id) ?? "").trim() === "");
  }

  /** What was found in a field, as long as the words are those that were looked at. */
  findings(about: About, field: string, content: Content): readonly Finding[] {
    const checked = this.checked.value;
    const then = checked?.contents.get(about)?.fields[field] ?? "";
    if (checked === null || then !== (content.fields[field] ?? "")) return [];
    return checked.unready.flatMap(({ finding }) =>
      finding !== null && (finding.about ?? "group") === about && finding.field === field ? [finding] : [],
    );
  }

  answer(finding: string, reason: string): void {
    this.answers.value = new Map(this.answers.peek()).set(finding, reason);
  }

  /** Signs what this page shows; null, or the code of why not. What is missing is in `checked` then. */
  async sign(op: string): Promise<string | null> {
    if (!(await this.settle())) return "unsaved";
    const contents = this.#contents();
    const tag = tagOf(this.keepers.peek().map(({ about, draft }) => ({ about, revision: draft.peek().base.revision })));
    const found = new Set(this.checked.peek()?.unready.flatMap(({ finding }) => (finding === null ? [] : [finding.id])));
    const answers = [...this.answers.peek()]
      .map(([finding, reason]) => ({ finding, reason: reason.trim() }))
      .filter(({ finding, reason }) => reason !== "" && found.has(finding));
    const answer = await this.#door.sign(this.session, tag, op, answers);
    switch (answer.kind) {
      case "ok":
        this.people.value = answer.people;
        this.#take(answer.sections);
        this.checked.value = null;
        return null;
      case "stale":
        this.#take(answer.sections);
        return "stale";
      case "incomplete": {
        const { ended = true, days_late = 0, supervisor = null } = this.checked.peek() ?? {};
        this.checked.value = { tag, ended, days_late, supervisor, unready: answer.unready, contents };
        return "note_incomplete";
      }
      case "unreachable":
        return "unreachable";
      case "refused":
        return answer.code;
    }
  }

  #contents(): ReadonlyMap<About, Content> {
    return new Map(this.keepers.peek().map(({ about, draft }) => [about, draft.peek().content]));
  }

  #keeper(section: NoteSection, left?: Kept): SectionKeeper {
    const about = section.about ?? "group";
    const save = async (sending: Sending): Promise<Event> => {
      const answer = await this.#door.save(this.session, about, sending);
      const at = performance.now();
      switch (answer.kind) {
        case "ok":
          this.#checkAgain();
          return { kind: "saved", section: revisionOf(answer.section), at };
        case "stale":
          if (answer.current.state !== "draft") this.#find(about)?.changed(answer.current);
          return { kind: "stale", current: revisionOf(answer.current), at };
        default:
          return answer;
      }
    };
    return new SectionKeeper(section, save, this.#shelf, left);
  }

  #find(about: About): SectionKeeper | undefined {
    return this.keepers.peek().find((keeper) => keeper.about === about);
  }

  /** Something was mended: the list of what is missing should say so. */
  #checkAgain(): void {
    if (this.checked.peek() === null) return;
    clearTimeout(this.#checking);
    this.#checking = setTimeout(() => {
      if (this.keepers.peek().every(({ draft }) => !unsent(draft.peek()))) void this.check();
    }, CHECK_AGAIN);
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
export function settled(keeper: Keeper): Promise<Draft["phase"]> {
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
