/** One of a few: radio buttons that look like pills. */
export interface ChoicesProps<T extends string | number> {
  legend: string;
  name: string;
  options: readonly { readonly value: T; readonly label: string }[];
  value: T;
  onChange: (value: T) => void;
}

export function Choices<T extends string | number>({ legend, name, options, value, onChange }: ChoicesProps<T>) {
  return (
    <fieldset class="field">
      <legend class="legend">{legend}</legend>
      <div class="choices">
        {options.map((one) => (
          <label key={one.value}>
            <input
              type="radio"
              name={name}
              checked={one.value === value}
              onChange={() => onChange(one.value)}
              data-testid={`${name}-${one.value}`}
            />
            <span>{one.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
