/**
 * One plan that is being written in a page: when what is typed is sent, repeated and kept in the browser meanwhile. The
 * rules are draft.ts's; this owns the timers, the door and the shelf.
 */
import { computed, signal, type ReadonlySignal } from "@preact/signals-core";

import { HttpError } from "../core/http.ts";
import { randomId } from "../core/random.ts";
import { shelfOf, type Shelf } from "../staff/notes/kept.ts";
import * as rule from "./draft.ts";
import type { Draft, Unsent, Words } from "./draft.ts";
import type { Line, Plan, PlanDoor } from "./door.ts";

/** Pause in typing after which it is sent: what is written together has to be seen within a second. */
const PAUSE_MS = 350;
const RETRY_FIRST_MS = 1000;
const RETRY_LAST_MS = 15_000;
const SHELF = "plan";

export type Trouble = "offline" | "full" | "refused" | null;

export class Book {
  readonly plan: ReadonlySignal<Plan>;
  readonly lines: ReadonlySignal<readonly Line[]>;
  readonly unsent: ReadonlySignal<boolean>;
  readonly moved: ReadonlySignal<Readonly<Record<string, string>>>;
  readonly trouble = signal<Trouble>(null);
  /** Words that the server would not take, so that nobody loses them. */
  readonly left = signal<readonly string[]>([]);
  /** Told of each revision that came of what was written here. */
  saved: (revision: number) => void = () => undefined;
  readonly #draft;
  readonly #door: PlanDoor;
  readonly #shelf: Shelf<Unsent>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #busy = false;
  #closed = false;

  private constructor(door: PlanDoor, plan: Plan, shelf: Shelf<Unsent>, left: Unsent | null) {
    this.#door = door;
    this.#shelf = shelf;
    this.#draft = signal<Draft>(rule.begun(plan, left));
    this.plan = computed(() => this.#draft.value.base);
    this.lines = computed(() => rule.shown(this.#draft.value));
    this.unsent = computed(() => rule.unsent(this.#draft.value));
    this.moved = computed(() => this.#draft.value.moved);
    addEventListener("online", this.#online);
    addEventListener("pagehide", this.#online);
    if (left !== null) void this.#send();
  }

  /** `who` writes: their words are theirs alone until they are sent, and are wiped when they sign out, as unsent notes are. */
  static async open(door: PlanDoor, who: string, plan?: Plan): Promise<Book> {
    const read = plan ?? (await door.read());
    const shelf = shelfOf<Unsent>(who, `${SHELF}-${read.whose}`);
    const left = (await shelf.take().catch(() => new Map<string, Unsent>())).get(SHELF) ?? null;
    return new Book(door, read, shelf, left);
  }

  wrote(line: Line, words: Words): void {
    this.#edit(rule.wrote(this.#draft.peek(), line, words, randomId()));
  }

  added(section: string, words: Words): string {
    const id = randomId();
    this.#edit(rule.added(this.#draft.peek(), id, section, words));
    return id;
  }

  removed(id: string): void {
    this.#edit(rule.removed(this.#draft.peek(), id), 0);
  }

  movedAfter(id: string, after: string): void {
    this.#edit(rule.moved(this.#draft.peek(), id, after), 0);
  }

  ticked(id: string, on: boolean): void {
    this.#edit(rule.ticked(this.#draft.peek(), id, on), 0);
  }

  /** Somebody else has written. */
  async look(): Promise<void> {
    if (this.#closed) return;
    try {
      this.told(await this.#door.read());
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
    }
  }

  /** An answer of the server that came by another way, such as a signature's. */
  told(plan: Plan): void {
    this.#draft.value = rule.looked(this.#draft.peek(), plan);
  }

  /** Everything is sent, if that is possible now. */
  async settle(): Promise<boolean> {
    for (let tries = 0; tries < 3 && this.unsent.peek(); tries++) await this.#send();
    return !this.unsent.peek();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#online);
    removeEventListener("pagehide", this.#online);
    this.#shelf.leave();
    if (this.unsent.peek()) void this.#send();
  }

  readonly #online = () => void this.#send();

  #edit(draft: Draft, pause = PAUSE_MS): void {
    this.#draft.value = draft;
    this.#keep();
    this.#soon(pause);
  }

  #soon(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#send(), ms);
  }

  #keep(): void {
    const { sending, waiting } = this.#draft.peek();
    if (sending === null && waiting.length === 0) this.#shelf.drop(SHELF);
    else this.#shelf.put(SHELF, { sending, waiting });
    // An answer that comes after the end: whoever opens the plan next may still take these words up.
    if (this.#closed) this.#shelf.leave();
  }

  async #send(): Promise<void> {
    if (this.#busy) return;
    this.#draft.value = rule.send(this.#draft.peek(), randomId());
    const { sending } = this.#draft.peek();
    if (sending === null) return;
    this.#keep();
    this.#busy = true;
    try {
      const plan = await this.#door.edit(sending.op, sending.edits);
      this.#draft.value = rule.answered(this.#draft.peek(), plan);
      this.trouble.value = null;
      this.#failures = 0;
      this.saved(plan.revision);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      this.#failed(error);
      return;
    } finally {
      this.#busy = false;
      this.#keep();
    }
    if (this.unsent.peek()) this.#soon(0);
  }

  #failed(error: HttpError): void {
    // Anything but a refusal of these very edits may be over soon: not signed in, not in the room, too fast, no network.
    if (!["full", "no_such_thing", "malformed", "too_large"].includes(error.code)) {
      this.trouble.value = "offline";
      this.#soon(Math.min(RETRY_LAST_MS, RETRY_FIRST_MS * 2 ** this.#failures++));
      return;
    }
    const words = (this.#draft.peek().sending?.edits ?? []).flatMap((edit) => ("text" in edit ? [[edit.text, edit.relation, edit.phone].filter(Boolean).join(" ")] : []));
    this.left.value = [...this.left.peek(), ...words.filter((one) => one !== "")];
    this.#draft.value = rule.refused(this.#draft.peek());
    this.trouble.value = error.code === "full" ? "full" : "refused";
    void this.look();
    this.#soon(0);
  }
}
