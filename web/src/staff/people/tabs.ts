/**
 * The tabs of a client's page, a line each, in their order. A tab's component is fetched when somebody opens it, gets the
 * client's id, and waits for its own words (a top-level `await load()` in its module). `may` are actions of the server's
 * table of access: the tab is there for whoever may do one of them about this client.
 */
import type { ComponentType } from "preact";

import type { Key } from "./words/index.ts";

export interface TabProps {
  readonly client: string;
}

export interface Tab {
  /** The part of the address. */
  readonly id: string;
  readonly label: Key;
  readonly may: readonly string[];
  readonly load: () => Promise<{ readonly default: ComponentType<TabProps> }>;
}

export const TABS: readonly Tab[] = [
  { id: "overview", label: "tab.overview", may: ["enrolment.read"], load: () => import("./Overview.tsx") },
  { id: "contacts", label: "tab.contacts", may: ["people.read"], load: () => import("./Contacts.tsx") },
  { id: "links", label: "tab.links", may: ["link"], load: () => import("../links/index.tsx") },
  { id: "plan", label: "tab.plan", may: ["plan"], load: () => import("./Plan.tsx") },
  { id: "recovery", label: "tab.recovery", may: ["recovery.read"], load: () => import("./RecoveryPlan.tsx") },
  { id: "check-ins", label: "tab.check_ins", may: ["scales.read"], load: () => import("./CheckIns.tsx") },
  { id: "engagement", label: "tab.engagement", may: ["engagement.read"], load: () => import("../caseload/Engagement.tsx") },
  { id: "payer", label: "tab.payer", may: ["coverage"], load: () => import("./Payer.tsx") },
  { id: "record", label: "tab.record", may: ["note.read"], load: () => import("../notes/RecordTab.tsx") },
  { id: "consents", label: "tab.consents", may: ["consent"], load: () => import("../agreements/Consents.tsx") },
  { id: "disclosures", label: "tab.disclosures", may: ["disclosures.read"], load: () => import("./Disclosures.tsx") },
  { id: "changes", label: "tab.changes", may: ["people.read"], load: () => import("./Changes.tsx") },
];
