/** Which fields of a form the server found fault with. */
import { HttpError } from "../../core/http.ts";

export function fieldsOf(error: unknown): readonly string[] {
  const fields = error instanceof HttpError ? (error.body as { fields?: readonly string[] } | null)?.fields : undefined;
  return fields ?? [];
}
