/** What the library of materials holds, for whoever may show them. */
import { openHttp } from "../core/http.ts";

export interface Question {
  readonly text: string;
  readonly choices: readonly string[];
  readonly right: readonly number[];
  readonly explanation: string;
}

export interface Material {
  readonly id: string;
  readonly title: string;
  readonly topic: string;
  readonly language: string;
  readonly pages: number;
  readonly bytes: number;
  readonly added: number;
  readonly revision: number;
  readonly archived: boolean;
  readonly quiz: readonly Question[];
}

export interface Library {
  readonly materials: readonly Material[];
  /** Of the curriculum, by language. */
  readonly topics: Readonly<Record<string, readonly string[]>>;
  readonly most_bytes: number;
  readonly most_pages: number;
}

export const LIBRARY = "/api/staff/materials";

export const library = (): Promise<Library> => openHttp().get<Library>(LIBRARY);
