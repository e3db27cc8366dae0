/** Which private messages somebody has looked at in this tab. */
import { useSignal } from "@preact/signals";

/** What was on the screen, kept for as long as this tab knows the session. */
export function useRead(id: string) {
  const name = `read ${id}`;
  const read = useSignal<ReadonlySet<string>>(new Set((sessionStorage.getItem(name) ?? "").split(" ").filter(Boolean)));
  return {
    read: read.value,
    mark(lines: readonly string[]) {
      const fresh = lines.filter((line) => !read.peek().has(line));
      if (fresh.length === 0) return;
      read.value = new Set([...read.peek(), ...fresh]);
      sessionStorage.setItem(name, [...read.value].join(" "));
    },
  };
}

export type Read = ReturnType<typeof useRead>;
