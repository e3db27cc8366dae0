/** What the page of materials asks of the server. Shapes are those of the tools, which show the same library. */
import { LIBRARY, type Library, type Material, type Question } from "../../tools/library.ts";
import { http, noticing } from "../api.ts";

export type { Library, Material, Question };

export interface Changed {
  readonly title: string;
  readonly topic: string;
  readonly language: string;
  readonly archived: boolean;
  readonly quiz: readonly Question[];
}

export const library = () => noticing(http.get<Library>(LIBRARY));
export const upload = (file: File) => noticing(http.send<Material>(LIBRARY, new Blob([file], { type: "application/pdf" })));
export const save = (one: Material, changed: Changed) => noticing(http.put<Material>(`${LIBRARY}/${one.id}`, { ...changed, revision: one.revision }));
export const pageOf = (one: Material, page: number) => `${LIBRARY}/${one.id}/pages/${page}`;
export const pdfOf = (one: Material) => `${LIBRARY}/${one.id}/pdf`;
