/** The way to what concerns safety, in a chunk that is fetched when somebody first needs it, and then kept. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { AlertsProps } from "../crisis/Alerts.tsx";
import type { SafetyProps } from "../crisis/Safety.tsx";

interface Parts {
  readonly Alerts: (props: AlertsProps) => preact.JSX.Element;
  readonly Safety: (props: SafetyProps) => preact.JSX.Element;
}

const parts = signal<Parts | null>(null);

/** Fetched as soon as the room is quiet, so that nothing has to be loaded in the moment in which it is needed. */
export function useSafety(): Parts | null {
  useEffect(() => {
    const timer = setTimeout(() => {
      void Promise.all([import("../crisis/Alerts.tsx"), import("../crisis/Safety.tsx")]).then(([alerts, safety]) => {
        parts.value = { Alerts: alerts.default, Safety: safety.default };
      });
    }, 500);
    return () => clearTimeout(timer);
  }, []);
  return parts.value;
}
