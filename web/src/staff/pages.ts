/**
 * Every page of the staff, a line each: its address, who may open it, its place in the navigation, and the chunk that it
 * is fetched in when somebody goes there. The order is that of the navigation, and whoever signs in begins with the first
 * page that they may open.
 *
 * A chunk's module exports the page as its default and waits for the words that it needs (a top-level `await load()`).
 * A page gets the parts of its address after the first; what they mean is the page's own affair.
 */
import type { ComponentType } from "preact";

import { me } from "./api.ts";
import type { Route } from "./route.ts";
import type { SignName } from "./signs.ts";
import type { Key } from "./words/index.ts";

export interface PageProps {
  readonly rest: readonly string[];
}

export interface Page {
  /** The first part of its address. */
  readonly page: string;
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
  /** Any of these actions of the server's table; absent: everybody of the staff. */
  readonly may?: readonly string[];
  /** Its name and sign in the navigation. */
  readonly nav?: readonly [Key, SignName];
  /** Without a place of its own, the page under which the navigation shows it. */
  readonly under?: string;
}

export const PAGES: readonly Page[] = [
  { page: "today", nav: ["nav.today", "today"], may: ["session.read"], load: () => import("./today/index.tsx") },
  { page: "day", under: "today", may: ["session.read"], load: () => import("./today/index.tsx") },
  { page: "session", under: "today", may: ["session.read"], load: () => import("./SessionPage.tsx") },
  { page: "caseload", nav: ["nav.caseload", "caseload"], may: ["engagement.read"], load: () => import("./caseload/index.tsx") },
  { page: "clients", nav: ["nav.clients", "clients"], may: ["people.read"], load: () => import("./people/ListPage.tsx") },
  { page: "client", under: "clients", may: ["people.read"], load: () => import("./people/ClientPage.tsx") },
  { page: "schedule", nav: ["nav.groups", "schedule"], may: ["schedule.read"], load: () => import("./schedule/index.tsx") },
  { page: "groups", under: "schedule", may: ["schedule.read"], load: () => import("./schedule/GroupsPage.tsx") },
  { page: "group", under: "schedule", may: ["schedule.read"], load: () => import("./schedule/GroupPage.tsx") },
  { page: "materials", nav: ["nav.materials", "materials"], may: ["materials"], load: () => import("./materials/index.tsx") },
  { page: "sign", nav: ["nav.sign", "sign"], may: ["note.sign"], load: () => import("./notes/ToSign.tsx") },
  { page: "cosign", under: "sign", may: ["note.cosign"], load: () => import("./notes/CosignPage.tsx") },
  { page: "attendance", nav: ["nav.attendance", "attendance"], may: ["attendance.read", "hours.read"], load: () => import("./Attendance.tsx") },
  { page: "reports", nav: ["nav.reports", "reports"], may: ["reports.read"], load: () => import("./reports/index.tsx") },
  { page: "staff", nav: ["nav.staff", "staff"], may: ["staff.read"], load: () => import("./people/StaffPage.tsx") },
  { page: "import", nav: ["nav.import", "import"], may: ["import"], load: () => import("./import/index.tsx") },
  { page: "audit", nav: ["nav.audit", "audit"], may: ["audit.search"], load: () => import("./audit/index.tsx") },
  { page: "emergency", nav: ["nav.reviews", "emergency"], may: ["break_glass", "break_glass.review"], load: () => import("./emergency/index.tsx") },
  { page: "agreements", nav: ["nav.agreements", "agreements"], may: ["agreement"], load: () => import("./agreements/index.tsx") },
  { page: "settings", nav: ["nav.settings", "settings"], may: ["settings.read", "keys.read"], load: () => import("./settings/index.tsx") },
];

/** Whether the signed-in person's role may open a page at all; what it then shows is for the server to say. */
export function opens({ may }: Page): boolean {
  return may === undefined || may.some((action) => me.value?.may.includes(action));
}

/** The page of an address; where there is none, or none for this person, the one that they begin with. */
export function pageOf({ page }: Route): Page | null {
  return PAGES.find((one) => one.page === page && opens(one)) ?? PAGES.find((one) => one.nav !== undefined && opens(one)) ?? null;
}

const loaded = new Map<string, ComponentType<PageProps>>();

export function ready(page: Page): ComponentType<PageProps> | null {
  return loaded.get(page.page) ?? null;
}

export async function fetchPage(page: Page): Promise<void> {
  loaded.set(page.page, (await page.load()).default);
}
