/** Opens "Comfort", which is fetched at that moment. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../text/client.ts";
import { fetched } from "../ui/fetched.tsx";
import { IconButton } from "../ui/index.ts";

const Dialog = fetched(() => import("./ComfortDialog.tsx").then((module) => module.ComfortDialog));

/** The button, and what it opens: a dialog has a head and a foot of its own, which may not stand in those of a page. */
export function useComfort(inside: boolean): { button: JSX.Element; dialog: JSX.Element | null } {
  const [open, setOpen] = useState(false);
  return {
    button: <IconButton icon="eye" label={t("comfort")} aria-haspopup="dialog" data-testid="comfort-open" onClick={() => setOpen(true)} />,
    dialog: open ? <Dialog onClose={() => setOpen(false)} inside={inside} /> : null,
  };
}

export function ComfortButton() {
  const { button, dialog } = useComfort(false);
  return (
    <>
      {button}
      {dialog}
    </>
  );
}
