/**
 * Where in the staff pages somebody is: "#/PAGE/PART/…", in the fragment, so that the server and its log never see it.
 * Which pages there are says pages.ts.
 */
import { signal } from "@preact/signals";

export interface Route {
  /** Empty is the page that this person begins with. */
  readonly page: string;
  readonly rest: readonly string[];
}

const START: Route = { page: "", rest: [] };
/** Ids and days. */
const PART = /^[A-Za-z0-9_-]{1,64}$/;

export function routeOf(fragment: string): Route {
  const [page = "", ...rest] = fragment.replace(/^#?\/?/, "").split("/");
  return [page, ...rest].every((part) => PART.test(part)) ? { page, rest } : START;
}

/** The address of a page: `linkTo("session", id)`. */
export function linkTo(page: string, ...rest: readonly string[]): string {
  return page === "today" && rest.length === 0 ? "#/" : `#/${[page, ...rest].join("/")}`;
}

export const route = signal<Route>(routeOf(location.hash));

addEventListener("hashchange", () => {
  route.value = routeOf(location.hash);
});
