/** One or several of a few choices, as the browser's own radio buttons or check boxes, large enough for a thumb. */
import { useId } from "preact/hooks";
import "./choices.css";

export interface ChoicesProps {
  readonly legend: string;
  readonly hint?: string | undefined;
  readonly choices: readonly string[];
  readonly several: boolean;
  readonly picked: readonly number[];
  readonly onPick: (picked: readonly number[]) => void;
}

export function Choices({ legend, hint, choices, several, picked, onPick }: ChoicesProps) {
  const name = useId();
  return (
    <fieldset class="tool-choices" aria-describedby={hint === undefined ? undefined : `${name}-hint`}>
      <legend>{legend}</legend>
      {hint !== undefined && (
        <p class="small soft" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {choices.map((choice, place) => (
        <label key={choice} class="tool-choice">
          <input
            type={several ? "checkbox" : "radio"}
            name={name}
            checked={picked.includes(place)}
            data-testid={`choice-${place}`}
            onChange={(event) => {
              if (!several) onPick([place]);
              else onPick(event.currentTarget.checked ? [...picked, place] : picked.filter((one) => one !== place));
            }}
          />
          <span>{choice}</span>
        </label>
      ))}
    </fieldset>
  );
}
