/** What a session's tools left in its record, asked for once for all parts of a page that show it. */
import { http, noticing } from "./api.ts";

export interface Made {
  readonly topic: string;
  readonly materials: readonly { readonly material: string; readonly title: string; readonly at: number }[];
  readonly polls: readonly { readonly question: string; readonly choices: readonly string[]; readonly counts: readonly number[]; readonly answered: number }[];
  readonly quizzes: readonly { readonly title: string; readonly questions: readonly string[]; readonly right: readonly number[]; readonly answered: readonly number[] }[];
}

export const made = (session: string) => noticing(http.get<Made>(`/api/staff/sessions/${session}/made`));
