/**
 * The link's token: read from the fragment, gone from the address bar in the same task, kept for this tab only.
 *
 * A fragment is never sent to a server, so the token is in no log and no Referer. The tab's storage is what lets a
 * reload find its place again.
 */
const TOKEN = /^#([A-Za-z0-9_-]{16,256})$/;

export function takeToken(where: Pick<Location, "hash" | "pathname">, history: Pick<History, "replaceState">): string | null {
  const token = TOKEN.exec(where.hash)?.[1] ?? null;
  if (where.hash) history.replaceState(null, "", where.pathname);
  return token;
}
