/** One calm screen: a heading that takes the focus when the screen appears, a sentence, what there is to do, and help. */
import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { t } from "../text/client.ts";
import { Icon } from "../ui/index.ts";
import "./screen.css";

/** What every screen of a page has at its top: the same things in the same place. */
export const Corner = createContext<ComponentChildren>(null);

export interface ScreenProps {
  title: string;
  lead?: string;
  wide?: boolean;
  /** Above the card: where one is on the way in. */
  progress?: ComponentChildren;
  children?: ComponentChildren;
  "data-testid"?: string;
}

export function Screen({ title, lead, wide, progress, children, ...rest }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const corner = useContext(Corner);
  useEffect(() => heading.current?.focus({ preventScroll: false }), []);
  return (
    <div class="screenpage" data-wide={wide || undefined} {...rest}>
      {corner && <div class="corner">{corner}</div>}
      <main class="card stack">
        {progress}
        <div class="opening">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && (
            <p class="lead" aria-live="polite">
              {lead}
            </p>
          )}
        </div>
        {children}
      </main>
      <footer class="help small">
        <Icon name="phone" />
        <p>{t("crisis")}</p>
      </footer>
    </div>
  );
}
