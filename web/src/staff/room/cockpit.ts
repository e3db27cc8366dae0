/** What the cockpit asks of the server: who is on their way in, who is late, and what was done about them. */
import { http, noticing } from "../api.ts";

export type Step = "message" | "call" | "no_show";
export type OnTheWay = "opened" | "devices" | "signing" | "about";
/** What came of a call. */
export type Came = "reached" | "left_message" | "no_answer" | "wrong_number";

export interface Taken {
  readonly step: Step;
  readonly at: number;
  /** By which an outreach is withdrawn. */
  readonly entry: string;
}

export interface LateClient {
  readonly client: string;
  readonly alias: string;
  readonly since: number;
  /** The step that is due. */
  readonly now: Step | null;
  /** When another is. */
  readonly next: number | null;
  readonly taken: readonly Taken[];
  readonly phones: readonly string[];
}

export interface Cockpit {
  readonly now: number;
  readonly rule: string;
  readonly minutes: Readonly<Record<Step, number>>;
  readonly arriving: readonly { readonly client: string; readonly doing: OnTheWay; readonly heard: number }[];
  readonly late: readonly LateClient[];
  readonly may_call: boolean;
}

export function cockpit(session: string): Promise<Cockpit> {
  return noticing(http.get<Cockpit>(`/api/staff/sessions/${encodeURIComponent(session)}/cockpit`));
}

const ofClient = (client: string) => `/api/staff/clients/${encodeURIComponent(client)}/outreach`;

/** `id` makes a repeat none. */
export async function keepCall(client: string, outcome: Came, id: string): Promise<void> {
  await noticing(http.post(ofClient(client), { how: "call", outcome, id }));
}

export async function withdrawCall(client: string, entry: string): Promise<void> {
  await noticing(http.post(`${ofClient(client)}/${encodeURIComponent(entry)}/withdraw`, {}));
}
