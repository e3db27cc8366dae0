/** One calm screen: a heading that takes the focus when the screen appears, a sentence, what there is to do, and help. */
import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { t } from "../text/client.ts";
import { Icon } from "../ui/index.ts";
import "./screen.css";

/** What every screen of a page has at its top: the same things in the same place. */
export const Corner = createContext<ComponentChildren>(null);

/** Where the clinic is reached by telephone; empty where it was not said. */
export const ClinicPhone = createContext("");

export interface ScreenProps {
  title: string;
  lead?: string;
  wide?: boolean;
  /** Somebody stays here for a while: the help is in view wherever they scroll. */
  stays?: boolean;
  /** Above the card: where one is on the way in. */
  progress?: ComponentChildren;
  children?: ComponentChildren;
  "data-testid"?: string;
}

export function Screen({ title, lead, wide, stays, progress, children, ...rest }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const corner = useContext(Corner);
  const clinic = useContext(ClinicPhone);
  useEffect(() => heading.current?.focus({ preventScroll: false }), []);
  return (
    <div class="screenpage" data-wide={wide || undefined} data-stays={stays || undefined} {...rest}>
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
        <div>
          <p>{t("crisis")}</p>
          {clinic && (
            <p>
              {t("clinic_phone")}{" "}
              <a href={`tel:${clinic.replaceAll(/[^0-9+*#]/g, "")}`} data-testid="clinic-phone">
                {clinic}
              </a>
            </p>
          )}
        </div>
      </footer>
    </div>
  );
}
