/** What the pages of agreements ask of the server (docs/protocol.md). */
import type { TextShown } from "../../me/door.ts";
import { http, noticing } from "../api.ts";

export type { TextShown };

export interface Words {
  readonly title: string;
  readonly body: string;
}

export interface Version {
  readonly version: number;
  readonly published: number;
  readonly published_by: string;
  readonly good_from: number;
  readonly texts: Readonly<Record<string, Words>>;
}

export interface KindOf {
  readonly kind: string;
  readonly renewal: "every_version" | "marked_version" | "never";
  readonly days: number;
  readonly at_the_door: boolean;
  readonly holds: boolean;
  readonly discloses: boolean;
  readonly needs: readonly string[];
  readonly current: Version | null;
  readonly proposal: Readonly<Record<string, Words>>;
}

export interface AllAgreements {
  readonly kinds: readonly KindOf[];
  readonly sample: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly office: string;
}

export interface Standing {
  readonly kind: string;
  readonly published: number;
  readonly lack: "" | "missing" | "revoked" | "stale";
  readonly holds: boolean;
  readonly discloses: boolean;
  readonly needs_offer: boolean;
  readonly spoken: boolean;
  readonly text: TextShown | null;
}

export interface Signed {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly language: string;
  readonly at: number;
  readonly typed_name: string;
  readonly by: string;
  readonly how: "browser" | "paper" | "spoken";
  readonly revoked: number | null;
  readonly recipient: string;
}

export interface Offered {
  readonly id: string;
  readonly kind: string;
  readonly recipient_name: string;
  readonly purposes: readonly string[];
  readonly covers: readonly string[];
  readonly expires: number | null;
  readonly expires_event: string;
  readonly at: number;
  readonly by: string;
}

export interface ClientConsents {
  readonly kinds: readonly Standing[];
  readonly signatures: readonly Signed[];
  readonly offers: readonly Offered[];
  readonly consents: readonly { readonly id: string; readonly kind: string; readonly recipient: string; readonly purposes: readonly string[]; readonly signed: number; readonly revoked: number | null }[];
  readonly names: Readonly<Record<string, string>>;
  readonly pin: boolean;
  readonly passkeys: number;
}

export interface NewOffer {
  readonly kind: string;
  readonly recipient: string;
  readonly recipient_name: string;
  readonly purposes: readonly string[];
  readonly covers: readonly string[];
  readonly until: string;
  readonly until_event: string;
}

const of = (client: string) => `/api/staff/clients/${client}`;

export const agreements = () => noticing(http.get<AllAgreements>("/api/staff/agreements"));
export const version = (kind: string, number: number) => noticing(http.get<Version>(`/api/staff/agreements/${kind}/${number}`));
export const publish = (kind: string, body: { if_version: number; texts: Record<string, Words>; sign_anew: boolean }) =>
  noticing(http.post<Version>(`/api/staff/agreements/${kind}`, body));
export const consents = (client: string) => noticing(http.get<ClientConsents>(`${of(client)}/consents`));
export const signedText = (client: string, id: string) => noticing(http.get<TextShown>(`${of(client)}/consents/${id}`));
export const witness = (client: string, body: { kind: string; language: string; hash: string; typed_name: string; how: "paper" | "spoken" }) =>
  noticing(http.post<ClientConsents>(`${of(client)}/consents`, body));
export const revoke = (client: string, id: string) => noticing(http.delete<ClientConsents>(`${of(client)}/consents/${id}`));
export const makeOffer = (client: string, body: NewOffer) => noticing(http.post<ClientConsents>(`${of(client)}/offers`, body));
export const withdraw = (client: string, id: string) => noticing(http.delete<ClientConsents>(`${of(client)}/offers/${id}`));
export const resetDoor = (client: string) => noticing(http.post<ClientConsents>(`${of(client)}/door/reset`));
