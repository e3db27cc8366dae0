/**
 * A labelled input, select or text area with a hint and an error that belong to it for assistive technology, too.
 * `Check` is the same for one tick box.
 */
import { useId } from "preact/hooks";
import type { ComponentChildren, InputHTMLAttributes, SelectHTMLAttributes, TextareaHTMLAttributes } from "preact";
import { Icon } from "./Icon.tsx";

interface Common {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

export type FieldProps = Common &
  (
    | ({ kind?: "input" } & Omit<InputHTMLAttributes, "label">)
    | ({ kind: "area" } & Omit<TextareaHTMLAttributes, "label">)
    | ({ kind: "select"; children: ComponentChildren } & Omit<SelectHTMLAttributes, "label">)
  );

function ErrorText({ id, text }: { id: string; text: string }) {
  return (
    <p class="error" id={id}>
      <Icon name="warn" />
      {text}
    </p>
  );
}

export function Field({ label, hint, error, ...rest }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const shared = { id, class: "input", "aria-describedby": described, "aria-invalid": error ? true : undefined } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {control(rest, shared)}
      {error && <ErrorText id={`${id}-error`} text={error} />}
    </div>
  );
}

function control(props: Omit<FieldProps, keyof Common>, shared: object) {
  const { kind, ...rest } = props as { kind?: "input" | "area" | "select" };
  if (kind === "area") return <textarea rows={4} {...(rest)} {...shared} />;
  if (kind === "select") return <select {...(rest)} {...shared} />;
  return <input type="text" {...(rest)} {...shared} />;
}

export interface CheckProps {
  label: string;
  error?: string | undefined;
  name?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  "data-testid"?: string;
}

export function Check({ label, error, onChange, ...rest }: CheckProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="check" for={id}>
        <input
          {...rest}
          id={id}
          type="checkbox"
          onChange={(event) => onChange(event.currentTarget.checked)}
          aria-describedby={error ? `${id}-error` : undefined}
          aria-invalid={error ? true : undefined}
        />
        <span>{label}</span>
      </label>
      {error && <ErrorText id={`${id}-error`} text={error} />}
    </div>
  );
}
