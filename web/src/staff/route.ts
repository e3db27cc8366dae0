/** Where in the staff pages somebody is: in the fragment, so that the server and its log never see it. */
import { signal } from "@preact/signals";

import { isDay } from "./days.ts";
import type { Day } from "./days.ts";

export type Route =
  | { readonly page: "today" }
  | { readonly page: "day"; readonly day: Day }
  | { readonly page: "session"; readonly session: string }
  | { readonly page: "attendance" }
  | { readonly page: "rows" }
  | { readonly page: "sign" }
  | { readonly page: "cosign"; readonly session: string };

export function routeOf(fragment: string): Route {
  const [page, rest = ""] = fragment.replace(/^#?\/?/, "").split("/");
  if (page === "day" && isDay(rest)) return { page, day: rest };
  if ((page === "session" || page === "cosign") && /^[A-Za-z0-9_-]{1,64}$/.test(rest)) return { page, session: rest };
  if (page === "attendance") return { page: rest === "rows" ? "rows" : "attendance" };
  if (page === "sign") return { page };
  return { page: "today" };
}

export function fragmentOf(route: Route): string {
  switch (route.page) {
    case "today":
      return "#/";
    case "day":
      return `#/day/${route.day}`;
    case "session":
      return `#/session/${route.session}`;
    case "attendance":
      return "#/attendance";
    case "rows":
      return "#/attendance/rows";
    case "cosign":
      return `#/cosign/${route.session}`;
    case "sign":
      return "#/sign";
  }
}

export const route = signal<Route>(routeOf(location.hash));

addEventListener("hashchange", () => {
  route.value = routeOf(location.hash);
});
