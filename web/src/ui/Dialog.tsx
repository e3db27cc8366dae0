/**
 * A modal dialog on the native element: focus trap, Escape and giving the focus back are the browser's work.
 * It is open while it is mounted.
 */
import { useEffect, useId, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { IconButton } from "./IconButton.tsx";

export interface DialogProps {
  title: string;
  closeLabel: string;
  onClose: () => void;
  footer?: ComponentChildren;
  children?: ComponentChildren;
  "data-testid"?: string;
}

export function Dialog({ title, closeLabel, onClose, footer, children, ...rest }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      {...rest}
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={closeLabel} onClick={onClose} />
      </header>
      {children}
      {footer && <footer>{footer}</footer>}
    </dialog>
  );
}
