/** How each kind of session is held: the rules of `GET /api/staff/kinds`. */
import { http, noticing } from "./api.ts";

export interface KindRule {
  readonly kind: string;
  readonly capacity: number;
  readonly waiting: boolean;
  readonly drop_in: boolean;
  readonly sees: "everyone" | "hosts";
  readonly camera: "expected" | "optional" | "off";
  readonly media: "voice" | "music";
  readonly layout: "circle" | "pair" | "stage" | "calm";
  readonly tools: readonly string[];
  readonly template: string;
  readonly notes: boolean;
  readonly billing: boolean;
}

export interface KindRules {
  /** Name and version of the pack. */
  readonly rules: string;
  readonly kinds: readonly KindRule[];
}

export const kindRules = (): Promise<KindRules> => noticing(http.get<KindRules>("/api/staff/kinds"));
