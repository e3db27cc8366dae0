/** Passkeys in the browser: options and answers as JSON on one side, buffers on the other. Not every browser converts them by itself. */

interface Asked {
  readonly asked: string;
  readonly options: Record<string, unknown>;
}

interface Named {
  readonly type: PublicKeyCredentialType;
  readonly id: string;
}

/** Whether this browser, under this name of the server, can have passkeys: an address in digits cannot. */
export function possible(): boolean {
  return typeof PublicKeyCredential !== "undefined" && isSecureContext && !/^[\d.]+$|:/.test(location.hostname);
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const raw = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const named = (list: unknown) => ((list ?? []) as Named[]).map((one) => ({ type: one.type, id: bytes(one.id) }));

/** Make one; null if the person or the device would not. */
export async function make({ asked, options }: Asked): Promise<{ asked: string; credential: object } | null> {
  const user = options["user"] as { id: string; name: string; displayName: string };
  const publicKey = {
    ...options,
    challenge: bytes(options["challenge"] as string),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: named(options["excludeCredentials"]),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey }).catch(() => null)) as PublicKeyCredential | null;
  if (!made) return null;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    asked,
    credential: {
      ...common(made),
      response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) },
    },
  };
}

/** Answer with one; null if the person or the device would not. */
export async function use({ asked, options }: Asked): Promise<{ asked: string; credential: object } | null> {
  const publicKey = {
    ...options,
    challenge: bytes(options["challenge"] as string),
    allowCredentials: named(options["allowCredentials"]),
  } as unknown as PublicKeyCredentialRequestOptions;
  const found = (await navigator.credentials.get({ publicKey }).catch(() => null)) as PublicKeyCredential | null;
  if (!found) return null;
  const response = found.response as AuthenticatorAssertionResponse;
  return {
    asked,
    credential: {
      ...common(found),
      response: {
        clientDataJSON: text(response.clientDataJSON),
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : null,
      },
    },
  };
}

function common(one: PublicKeyCredential): object {
  return { id: one.id, rawId: text(one.rawId), type: one.type, clientExtensionResults: one.getClientExtensionResults() };
}
