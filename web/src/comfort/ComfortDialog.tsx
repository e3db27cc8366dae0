/**
 * "Comfort": how pages look on this device, and, in a session, whom one sees and whether there are captions. Every change
 * is to be seen behind the dialog at once.
 */
import { fetched } from "../ui/fetched.tsx";
import { choose, layout, SHOWS } from "../call/layout.ts";
import { Button, Check, Dialog } from "../ui/index.ts";
import { Choices } from "./Choices.tsx";
import { change, comfort, TEXT_STEPS, type Shades } from "./comfort.ts";
import { t } from "./words/index.ts";

/** Only in a session. */
const CaptionChoice = fetched(() => import("../call/captions/Choice.tsx").then((module) => module.CaptionChoice));

const SHADES: readonly Shades[] = ["device", "dark", "evening"];
const SIZES = ["text_0", "text_1", "text_2", "text_3"] as const;

export interface ComfortDialogProps {
  onClose: () => void;
  /** In a session: whom one sees is asked as well. */
  inside?: boolean | undefined;
}

export function ComfortDialog({ onClose, inside }: ComfortDialogProps) {
  const now = comfort.value;
  return (
    <Dialog
      title={t("title")}
      closeLabel={t("close")}
      onClose={onClose}
      data-testid="comfort"
      footer={
        <Button look="primary" onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      <div class="stack">
        {inside && <View />}
        <Choices
          legend={t("text")}
          name="text"
          options={SIZES.slice(0, TEXT_STEPS).map((key, step) => ({ value: step, label: t(key) }))}
          value={now.text}
          onChange={(text) => change({ text })}
        />
        <Choices
          legend={t("shades")}
          name="shades"
          options={SHADES.map((value) => ({ value, label: t(`shades_${value}`) }))}
          value={now.shades}
          onChange={(shades) => change({ shades })}
        />
        <div>
          <Check label={t("contrast")} checked={now.contrast} onChange={(contrast) => change({ contrast })} data-testid="contrast" />
          <Check label={t("outlines")} checked={now.outlines} onChange={(outlines) => change({ outlines })} data-testid="outlines" />
          <Check label={t("still")} checked={now.still} onChange={(still) => change({ still })} data-testid="still" />
        </div>
        <p class="small soft">{t("kept")}</p>
      </div>
    </Dialog>
  );
}

function View() {
  const now = layout.value;
  return (
    <>
      <Choices
        legend={t("view_show")}
        name="show"
        options={SHOWS.map((value) => ({ value, label: t(`view_show_${value}`) }))}
        value={now.show}
        onChange={(show) => choose({ show })}
      />
      <CaptionChoice />
      <Check label={t("view_self")} checked={now.hideSelf} onChange={(hideSelf) => choose({ hideSelf })} data-testid="hide-self" />
    </>
  );
}
