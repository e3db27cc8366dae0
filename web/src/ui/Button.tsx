/** A button with words. `busy` keeps it focusable and says so, because a disabled button drops the keyboard focus. */
import type { ComponentChildren, ButtonHTMLAttributes } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

export interface ButtonProps extends Omit<ButtonHTMLAttributes, "icon" | "size"> {
  look?: "primary" | "quiet" | "plain" | "danger";
  size?: "large";
  icon?: IconName | undefined;
  busy?: boolean;
  children: ComponentChildren;
}

export function Button({ look = "quiet", size, icon, busy = false, children, onClick, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      class="button"
      data-look={look}
      data-size={size}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else return onClick?.(event);
        return undefined;
      }}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}
