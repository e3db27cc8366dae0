/**
 * The HTTP door: JSON in, JSON or a typed error out. Only this file and file.ts name `fetch`.
 *
 * The cookie travels by itself; every unsafe request carries the CSRF value that the server gave with the session. An
 * error is an `HttpError` with the stable code of docs/protocol.md; no network at all is code "offline". Nothing is
 * retried here: only the asker knows whether a repetition is harmless.
 */

/** Long enough for argon2 on a busy server, short enough that a person does not wonder. */
export const PATIENCE_MS = 15_000;
/** For a file of 20 MB on a slow line, and until the server has drawn its pages. */
const FILE_PATIENCE_MS = 420_000;

export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  /** The whole error document, for those few that carry more than a code. */
  readonly body: unknown;

  constructor(status: number, code: string, body: unknown = null) {
    super(code);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

export interface Reply<T> {
  body: T;
  etag: string | null;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface HttpDoor {
  csrf: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string): Promise<T>;
  /**
   * A large answer, piece by piece as it comes; resolves to the whole. With a body it is a POST. Aborting `signal` ends it with code "cancelled"; a
   * connection that breaks, or is silent for too long, ends it with "offline", so half an answer never looks whole.
   */
  file(path: string, type: string, signal: AbortSignal, told: (piece: Uint8Array) => void, body?: unknown): Promise<Blob>;
  /** A file as it is, with time for a slow line. */
  send<T>(path: string, file: Blob): Promise<T>;
  /** With headers of one's own, and the ETag of the answer. */
  ask<T>(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply<T>>;
}

export function openHttp(csrf = ""): HttpDoor {
  const door: HttpDoor = {
    csrf,
    get: async <T>(path: string) => (await door.ask<T>("GET", path)).body,
    post: async <T>(path: string, body: unknown = {}) => (await door.ask<T>("POST", path, body)).body,
    put: async <T>(path: string, body: unknown) => (await door.ask<T>("PUT", path, body)).body,
    delete: async <T>(path: string) => (await door.ask<T>("DELETE", path)).body,
    send: async <T>(path: string, file: Blob) => (await door.ask<T>("POST", path, file)).body,
    file: async (...asked) => (await import("./file.ts")).fetchFile(door, ...asked),
    async ask<T>(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply<T>> {
      const sent = new Headers({ Accept: "application/json", ...headers });
      if (method !== "GET" && door.csrf) sent.set("X-CSRF", door.csrf);
      const file = body instanceof Blob ? body : null;
      if (body !== undefined) sent.set("Content-Type", file ? file.type : "application/json");
      let response: Response;
      try {
        response = await fetch(path, {
          method,
          headers: sent,
          body: file ?? (body === undefined ? null : JSON.stringify(body)),
          credentials: "same-origin",
          cache: "no-store",
          redirect: "error",
          signal: AbortSignal.timeout(file ? FILE_PATIENCE_MS : PATIENCE_MS),
        });
      } catch {
        throw new HttpError(0, "offline");
      }
      const answer = await json(response);
      if (!response.ok) throw new HttpError(response.status, codeOf(answer), answer);
      return { body: answer as T, etag: response.headers.get("ETag") };
    },
  };
  return door;
}

export async function json(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  try {
    return (await response.json()) as unknown;
  } catch {
    return null;
  }
}

export function codeOf(answer: unknown): string {
  const code = typeof answer === "object" && answer !== null && "code" in answer ? answer.code : undefined;
  return typeof code === "string" ? code : "internal";
}
