/** What one draws with: pen, shapes and words, a few quiet colours with names, three widths. */
import { useId } from "preact/hooks";
import { COLOURS, FORMS, WIDTHS, type Colour, type Form } from "./ink.ts";
import type { Brush } from "./Surface.tsx";
import { t } from "./words/index.ts";

const SIGNS: Record<Form, string> = {
  line: "M4 18c3-9 5-9 7-4s4 3 9-8",
  circle: "M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15z",
  square: "M5 5h14v14H5z",
  triangle: "M12 4.5l8 14.5H4z",
  heart: "M12 20C6 15 4 12 4 9a4 4 0 0 1 8-1 4 4 0 0 1 8 1c0 3-2 6-8 11z",
  star: "M12 3.5l2.5 5.6 6 .6-4.5 4 1.3 6L12 16.6l-5.3 3.1 1.3-6-4.5-4 6-.6z",
  text: "M5 6.5V5h14v1.5M12 5v14M9.5 19h5",
};

interface TrayProps {
  readonly brush: Brush;
  readonly onChange: (brush: Brush) => void;
}

export function Tray({ brush, onChange }: TrayProps) {
  const group = useId();
  const choose = <K extends "form" | "colour" | "width">(name: K, value: Brush[K], label: string, sign: preact.ComponentChildren) => (
    <label key={String(value)} class="choice" title={label}>
      <input
        type="radio"
        name={`${group}-${name}`}
        checked={brush[name] === value}
        aria-label={label}
        data-testid={`board-${name}-${value}`}
        onChange={() => onChange({ ...brush, [name]: value })}
      />
      {sign}
    </label>
  );
  return (
    <div class="tray">
      <fieldset>
        <legend class="unseen">{t("with")}</legend>
        {FORMS.map((form) =>
          choose(
            "form",
            form,
            t(`form_${form}`),
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
              <path d={SIGNS[form]} />
            </svg>,
          ),
        )}
      </fieldset>
      <fieldset>
        <legend class="unseen">{t("colour")}</legend>
        {(Object.keys(COLOURS) as Colour[]).map((colour) =>
          choose(
            "colour",
            colour,
            t(`colour_${colour}`),
            <svg class="swatch" viewBox="0 0 24 24" aria-hidden="true">
              <circle cx="12" cy="12" r="9" fill={COLOURS[colour]} />
            </svg>,
          ),
        )}
      </fieldset>
      <fieldset>
        <legend class="unseen">{t("width")}</legend>
        {WIDTHS.map((width) =>
          choose(
            "width",
            width,
            t(`width_${width}`),
            <svg class="stroke" viewBox="0 0 24 24" aria-hidden="true">
              <path d="M5 12h14" stroke-width={width * 2.2} />
            </svg>,
          ),
        )}
      </fieldset>
      {brush.form === "text" && (
        <input
          class="input"
          type="text"
          maxLength={80}
          value={brush.text}
          placeholder={t("text_hint")}
          aria-label={t("text_hint")}
          data-testid="board-text"
          onInput={(event) => onChange({ ...brush, text: event.currentTarget.value })}
        />
      )}
    </div>
  );
}
