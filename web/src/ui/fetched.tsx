/**
 * A component whose code is fetched when it is needed first, or before by `ahead`. Until it is there, `meanwhile` stands in
 * its place; and where it cannot be fetched, `failed`, or else `meanwhile` again.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ComponentChildren, ComponentType, FunctionComponent } from "preact";

export interface Fetched<P> extends FunctionComponent<P> {
  ahead: () => void;
}

export function fetched<P extends object>(
  load: () => Promise<ComponentType<P>>,
  meanwhile?: () => ComponentChildren,
  failed?: () => ComponentChildren,
): Fetched<P> {
  /** A component in a signal would be called by it: it is kept in an object. */
  const found = signal<{ View: ComponentType<P> } | "failed" | null>(null);
  let under = false;
  const ahead = () => {
    if (under) return;
    under = true;
    load().then(
      (View) => (found.value = { View }),
      () => {
        under = false;
        found.value = "failed";
      },
    );
  };
  function Whatever(props: P) {
    useEffect(ahead, []);
    const now = found.value;
    if (now === null || now === "failed") return <>{(now === "failed" && failed ? failed : meanwhile)?.()}</>;
    return <now.View {...props} />;
  }
  return Object.assign(Whatever, { ahead });
}
