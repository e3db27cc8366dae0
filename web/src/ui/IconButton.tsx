/**
 * A button with an icon, an accessible name and, if there is room, a caption under it.
 *
 * A toggle keeps its name and changes `pressed` (WCAG 4.1.2), so a screen reader says "Microphone, pressed" and not a
 * name that flips under the reader. A caption is a word of the name, so that who speaks to the page can say it.
 */
import type { ButtonHTMLAttributes } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

export interface IconButtonProps extends Omit<ButtonHTMLAttributes, "icon" | "label"> {
  icon: IconName;
  label: string;
  caption?: string | undefined;
  pressed?: boolean | undefined;
  tone?: "on" | "off" | "danger" | undefined;
  badge?: number;
}

export function IconButton({ icon, label, caption, pressed, tone, badge = 0, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      class="iconbutton"
      data-tone={tone}
      aria-label={badge > 0 ? `${label} (${badge})` : label}
      aria-pressed={pressed}
      data-badge={badge > 99 ? "99" : badge || undefined}
      title={caption ? undefined : label}
    >
      <Icon name={icon} />
      {caption && (
        <span class="caption" aria-hidden="true">
          {caption}
        </span>
      )}
    </button>
  );
}
