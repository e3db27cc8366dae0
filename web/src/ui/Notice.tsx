/** A sentence that matters, in a box. Whoever needs it spoken gives it a `role` ("status" or "alert"). */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

export interface NoticeProps {
  tone?: "good" | "plain" | "warn" | "bad";
  icon?: IconName;
  role?: "status" | "alert";
  /** Something to do about it, at its end. */
  action?: ComponentChildren;
  children: ComponentChildren;
  "data-testid"?: string;
}

export function Notice({ tone = "good", icon, action, children, ...rest }: NoticeProps) {
  return (
    <div class="notice" data-tone={tone} data-acts={action ? true : undefined} {...rest}>
      <Icon name={icon ?? (tone === "warn" || tone === "bad" ? "warn" : "info")} />
      <div>{children}</div>
      {action}
    </div>
  );
}
