/** Large answers, piece by piece as they come. Fetched when the first is asked for: on the way into a session none is. */
import { codeOf, HttpError, json, PATIENCE_MS, type HttpDoor } from "./http.ts";

type Asked = Parameters<HttpDoor["file"]>;

/** See `HttpDoor.file`. */
export async function fetchFile(door: HttpDoor, ...[path, type, signal, told, body]: Asked): Promise<Blob> {
  const sent = new Headers({ Accept: type });
  if (body !== undefined) {
    sent.set("Content-Type", "application/json");
    sent.set("X-CSRF", door.csrf);
  }
  const end = new AbortController();
  const cancel = () => end.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(cancel, PATIENCE_MS);
  };
  signal.addEventListener("abort", cancel);
  try {
    wait();
    const response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers: sent,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: end.signal,
    });
    if (!response.ok) {
      const answer = await json(response);
      throw new HttpError(response.status, codeOf(answer), answer);
    }
    const pieces: BlobPart[] = [];
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      wait();
      pieces.push(read.value);
      told(read.value);
    }
    return new Blob(pieces, { type });
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(0, signal.aborted ? "cancelled" : "offline");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
  }
}
