/** What the page of a day asks of the server: one answer for all of its sessions, and nothing anew while nothing changed. */
import { HttpError } from "../../core/http.ts";
import { http, noticing } from "../api.ts";
import type { Lacking } from "../api.ts";
import type { Day } from "../days.ts";

export const WHERE = ["waiting", "missing", "late", "away", "here", "expected", "came", "excused"] as const;
export type Where = (typeof WHERE)[number];

export interface ClientToday {
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly where: Where;
}

export interface SessionToday {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly starts: number;
  readonly ends: number;
  readonly zone: string;
  readonly state: "scheduled" | "open" | "ended" | "not_held" | "cancelled";
  readonly cancelled: string;
  readonly began: number | null;
  readonly hosts: readonly string[];
  readonly leads: boolean;
  readonly counts: Readonly<Partial<Record<Where, number>>>;
  /** null for whoever does not lead it. */
  readonly clients: readonly ClientToday[] | null;
  /** Calls for help that nobody has answered, and clients whom staff miss. */
  readonly alerts: number;
  readonly not_billable: readonly Lacking[];
}

export interface Board {
  readonly day: Day;
  readonly zone: string;
  readonly sessions: readonly SessionToday[];
}

let last: { readonly path: string; readonly etag: string; readonly board: Board } | null = null;

/** Today of the facility if no day is named. */
export async function boardOf(day: Day | null): Promise<Board> {
  const path = `/api/staff/today${day === null ? "" : `?day=${day}`}`;
  const known = last?.path === path ? last : null;
  try {
    const { body, etag } = await noticing(
      http.ask<Board>("GET", path, undefined, known === null ? {} : { "If-None-Match": known.etag }),
    );
    last = etag === null ? null : { path, etag, board: body };
    return body;
  } catch (error) {
    if (error instanceof HttpError && error.status === 304 && known !== null) return known.board;
    throw error;
  }
}
