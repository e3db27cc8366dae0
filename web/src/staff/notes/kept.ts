/**
 * Words that the server does not have yet, kept in the browser so that a closed tab, a crash or an idle log-off loses
 * none: in IndexedDB, sealed by AES-256-GCM with a key that never leaves the browser's key store (not extractable), one
 * for each person who signs in. Owns that database and nothing else.
 *
 * A text is wiped as soon as the server has it; texts and key of a person are wiped when they sign out. An entry is named
 * by ids alone, and the name is authenticated with it. A page holds a lock as long as it lives, so another page of the
 * same browser takes up only what a dead one left. Without a secure context there is no key: then texts stay in memory.
 */
import { randomId } from "../../core/random.ts";
import type { Draft } from "../autosave.ts";

export type Kept = Pick<Draft, "base" | "content" | "sending">;

/** Where the unsent words of one person about one session are. Nothing here ever fails: the page has the words, too. */
export interface Shelf<K = Kept> {
  /** What earlier pages left, by section; each is handed out once. */
  take(): Promise<Map<string, K>>;
  put(about: string, kept: K): void;
  drop(about: string): void;
  /** Who showed these words has closed, though the page lives on: whoever comes next may take them up. */
  leave(): void;
}

interface Entry {
  readonly at: number;
  readonly kept: unknown;
}

const DATABASE = "unsent-notes";
const TEXTS = "texts";
const KEYS = "keys";
const SEPARATOR = "|";
/** This page, among those of the browser. */
const PAGE = randomId(9);
const LOCK = "unsent-notes-";

const memory = new Map<string, Entry>();
/** What this page has on its shelves now: nobody of the same page takes it up. */
const shown = new Set<string>();

const possible = (): boolean => typeof indexedDB !== "undefined" && globalThis.crypto?.subtle !== undefined;

let opening: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(TEXTS);
      asked.result.createObjectStore(KEYS);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(new Error("no database"));
  });
  return opening;
}

async function run<T>(store: string, mode: IDBTransactionMode, what: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await database()).transaction(store, mode);
  const asked = what(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(new Error("not kept"));
  });
}

async function keyOf(person: string): Promise<CryptoKey> {
  const found = await run<CryptoKey | undefined>(KEYS, "readonly", (store) => store.get(person) as IDBRequest<CryptoKey | undefined>);
  if (found !== undefined) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Another page may have been faster: what is there already counts, or its texts could not be read.
  await run(KEYS, "readwrite", (store) => store.add(made, person)).catch(() => undefined);
  return (await run(KEYS, "readonly", (store) => store.get(person) as IDBRequest<CryptoKey | undefined>)) ?? made;
}

interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

async function seal(person: string, name: string, entry: Entry): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: bytes(name) };
  return { iv, sealed: await crypto.subtle.encrypt(how, await keyOf(person), bytes(JSON.stringify(entry))) };
}

async function open(person: string, name: string, { iv, sealed }: Sealed): Promise<Entry> {
  const how = { name: "AES-GCM", iv, additionalData: bytes(name) };
  const clear = await crypto.subtle.decrypt(how, await keyOf(person), sealed);
  return JSON.parse(new TextDecoder().decode(clear)) as Entry;
}

let living: Promise<void> | null = null;

/** From now on other pages see that this one lives. */
function live(): Promise<void> {
  living ??= new Promise((resolve) => {
    if (!("locks" in navigator)) return resolve();
    void navigator.locks.request(LOCK + PAGE, () => {
      resolve();
      return new Promise(() => undefined);
    });
  });
  return living;
}

async function pagesAlive(): Promise<ReadonlySet<string>> {
  if (!("locks" in navigator)) return new Set([PAGE]);
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map((lock) => (lock.name ?? "").replace(LOCK, "")));
}

/** One thing after the other: a text that was dropped must not come back by a slower `put`. */
let queue: Promise<unknown> = Promise.resolve();

function inTurn(act: () => Promise<unknown>): void {
  queue = queue.then(act).catch(() => undefined); // a full or forbidden disk: the words are in the page still
}

export function shelfOf<K = Kept>(person: string, session: string): Shelf<K> {
  const prefix = [person, session, ""].join(SEPARATOR);
  const named = (about: string): string => `${prefix}${about}${SEPARATOR}${PAGE}`;
  const sealed = possible();
  return {
    async take() {
      if (sealed) await live();
      const found: [string, string, Entry][] = [];
      const mine = [...memory].filter(([name]) => name.startsWith(prefix) && !shown.has(name));
      for (const [name, entry] of mine) {
        found.push([name, name.split(SEPARATOR)[2] ?? "", entry]);
        memory.delete(name);
      }
      if (sealed) {
        await queue;
        for (const [name, about, entry] of await left(person, prefix).catch(() => [])) {
          found.push([name, about, entry]);
        }
      }
      // Of several about the same, the last is taken; the others wait until it is sent, and are then a conflict to look at.
      const newest = new Map<string, K>();
      for (const [name, about, entry] of found.sort(([, , a], [, , b]) => b.at - a.at)) {
        if (newest.has(about)) continue;
        newest.set(about, entry.kept as K);
        if (sealed) {
          // Under this page's name first: a crash between the two leaves two, and not none.
          shown.add(named(about));
          inTurn(async () => {
            await store(person, named(about), entry);
            if (name !== named(about)) await run(TEXTS, "readwrite", (texts) => texts.delete(name));
          });
        }
      }
      return newest;
    },
    put(about, kept) {
      const entry = { at: Date.now(), kept };
      shown.add(named(about));
      if (!sealed) memory.set(named(about), entry);
      else inTurn(() => store(person, named(about), entry));
    },
    drop(about) {
      shown.delete(named(about));
      memory.delete(named(about));
      if (sealed) inTurn(() => run(TEXTS, "readwrite", (texts) => texts.delete(named(about))));
    },
    leave() {
      for (const name of shown) if (name.startsWith(prefix)) shown.delete(name);
    },
  };
}

async function store(person: string, name: string, entry: Entry): Promise<void> {
  const made = await seal(person, name, entry);
  await run(TEXTS, "readwrite", (texts) => texts.put(made, name));
}

async function left(person: string, prefix: string): Promise<[string, string, Entry][]> {
  const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  const names = (await run(TEXTS, "readonly", (texts) => texts.getAllKeys(range))) as string[];
  const alive = await pagesAlive();
  const found: [string, string, Entry][] = [];
  for (const name of names) {
    const [, , about = "", page = ""] = name.split(SEPARATOR);
    if (page === PAGE ? shown.has(name) : alive.has(page)) continue;
    const kept = await run<Sealed | undefined>(TEXTS, "readonly", (texts) => texts.get(name) as IDBRequest<Sealed | undefined>);
    if (kept === undefined) continue;
    const entry = await open(person, name, kept).catch(() => null);
    if (entry !== null) found.push([name, about, entry]);
  }
  return found;
}

/** Sessions about which this browser holds words of this person that were not sent. */
export async function unsentSessions(person: string): Promise<readonly string[]> {
  const names = [...memory.keys()].filter((name) => name.startsWith(person + SEPARATOR));
  if (possible()) {
    const range = IDBKeyRange.bound(person + SEPARATOR, `${person}${SEPARATOR}\uffff`);
    names.push(...((await run(TEXTS, "readonly", (texts) => texts.getAllKeys(range)).catch(() => [])) as string[]));
  }
  return [...new Set(names.map((name) => name.split(SEPARATOR)[1] ?? ""))];
}

/** Everything of a person: they have signed out. */
export async function wipe(person: string): Promise<void> {
  for (const name of memory.keys()) if (name.startsWith(person + SEPARATOR)) memory.delete(name);
  if (!possible()) return;
  inTurn(async () => {
    const range = IDBKeyRange.bound(person + SEPARATOR, `${person}${SEPARATOR}\uffff`);
    await run(TEXTS, "readwrite", (texts) => texts.delete(range));
    await run(KEYS, "readwrite", (keys) => keys.delete(person));
  });
  await queue;
}
