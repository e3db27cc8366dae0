/** Opens "Comfort", which is fetched at that moment. */
import { useState } from "preact/hooks";
import { t } from "../text/client.ts";
import { fetched } from "../ui/fetched.tsx";
import { IconButton } from "../ui/index.ts";

const Dialog = fetched(() => import("./ComfortDialog.tsx").then((module) => module.ComfortDialog));

export function ComfortButton({ inside }: { inside?: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton icon="eye" label={t("comfort")} aria-haspopup="dialog" data-testid="comfort-open" onClick={() => setOpen(true)} />
      {open && <Dialog onClose={() => setOpen(false)} inside={inside} />}
    </>
  );
}
