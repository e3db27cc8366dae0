/**
 * What is asked of the server about a client's plan (docs/protocol.md): the same requests at three addresses, of the
 * client's own page, of a session and of staff.
 */
import type { HttpDoor } from "../core/http.ts";

export interface Line {
  readonly id: string;
  readonly section: string;
  /** Of a person: their name. */
  readonly text: string;
  readonly relation: string;
  readonly phone: string;
  readonly ticked: boolean;
  /** How often it was changed: what somebody writes over has to be seen. */
  readonly changes: number;
}

export type Shape = "lines" | "steps" | "people";

export interface Section {
  readonly code: string;
  readonly shape: Shape;
  readonly title: string;
  readonly prompt: string;
  readonly ideas: readonly string[];
  /** Its place where what helps first comes first; 0 for the end. */
  readonly card: number;
}

export interface Signed {
  readonly name: string;
  readonly at: number;
}

export interface Version {
  readonly number: number;
  readonly at: number;
  readonly by: string;
  readonly digest: string;
  readonly signed: Signed | null;
  readonly countersigned: Signed | null;
}

export interface WholeVersion extends Version {
  readonly lines: readonly Line[];
  readonly added: readonly Line[];
  readonly changed: readonly { readonly before: Line; readonly after: Line }[];
  readonly removed: readonly Line[];
  readonly moved: boolean;
}

export interface Plan {
  /** Under which name this browser keeps what it could not send. */
  readonly whose: string;
  readonly revision: number;
  readonly lines: readonly Line[];
  readonly digest: string;
  /** To be read in a bad hour. */
  readonly shown: readonly Line[];
  readonly sections: readonly Section[];
  readonly numbers: readonly { readonly number: string; readonly text: string }[];
  /** Newest first. */
  readonly versions: readonly Version[];
  /** What whoever asked may do, as the server's table of access says. */
  readonly writes: boolean;
  readonly signs: "client" | "beside" | "none";
}

export type Edit =
  | { readonly do: "add"; readonly id: string; readonly section: string; readonly text: string; readonly relation: string; readonly phone: string }
  | {
      readonly do: "change";
      readonly id: string;
      readonly section: string;
      readonly text: string;
      readonly relation: string;
      readonly phone: string;
      readonly seen: number;
      readonly beside: string;
    }
  | { readonly do: "remove"; readonly id: string; readonly seen: number }
  | { readonly do: "move"; readonly id: string; readonly after: string }
  | { readonly do: "tick"; readonly id: string; readonly on: boolean };

export interface PlanDoor {
  read(): Promise<Plan>;
  edit(op: string, edits: readonly Edit[]): Promise<Plan>;
  keep(): Promise<Plan>;
  version(number: number): Promise<WholeVersion>;
  sign(digest: string, name: string): Promise<Plan>;
  countersign(number: number): Promise<Plan>;
  card(number: number | null): Promise<Blob>;
}

/** `language`: in which the sections are told; nothing leaves it to the client's own. */
export function planDoor(http: HttpDoor, base: string, language = document.documentElement.lang): PlanDoor {
  const said = `?language=${language}`;
  return {
    read: () => http.get(base + said),
    edit: (op, edits) => http.post(`${base}/edits${said}`, { op, edits }),
    keep: () => http.post(`${base}/versions${said}`),
    version: (number) => http.get(`${base}/versions/${number}`),
    sign: (digest, name) => http.post(`${base}/sign${said}`, { digest, typed_name: name }),
    countersign: (number) => http.post(`${base}/versions/${number}/countersign${said}`),
    card: (number) => http.file(`${base}/card.pdf${said}${number === null ? "" : `&version=${number}`}`, "application/pdf", new AbortController().signal, () => undefined),
  };
}
