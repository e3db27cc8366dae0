/** Which microphone, camera and speaker. What is chosen is used at once and remembered by this browser. */
import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Devices } from "../../core/devices.ts";
import type { Effect } from "../../core/effects.ts";
import type { Plugged } from "../../core/plugging.ts";
import { t as way } from "../../text/client.ts";
import { Button, Check, Dialog, Field, LevelMeter } from "../../ui/index.ts";
import { t } from "./words/index.ts";

const EFFECTS: readonly Effect[] = ["noise", "voice", "blur"];

export interface DeviceDialogProps {
  devices: Devices;
  /** Whether the session saves data; before there is one, that is not asked. */
  saving?: Signal<boolean>;
  onClose: () => void;
}

export function DeviceDialog({ devices, saving, onClose }: DeviceDialogProps) {
  const { microphones, cameras, speakers } = devices.choice.value;
  const chosen = devices.chosen.value;
  const offer = devices.offer.value;
  const picks = [
    { kind: "microphone", label: t("microphone"), list: microphones },
    { kind: "camera", label: t("camera"), list: cameras },
    // Not every browser lets a page choose the speaker.
    { kind: "speaker", label: t("speaker"), list: "setSinkId" in HTMLMediaElement.prototype ? speakers : [] },
  ] as const;
  return (
    <Dialog
      title={t("title")}
      closeLabel={t("close")}
      onClose={onClose}
      data-testid="devices"
      footer={
        <Button look="primary" onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      <div class="stack">
        {picks.map(
          ({ kind, label, list }) =>
            list.length > 0 && (
              <Field
                key={kind}
                kind="select"
                label={label}
                value={list.some((one) => one.id === chosen[kind]) ? chosen[kind] : ""}
                onChange={(event) => void devices.choose(kind, event.currentTarget.value)}
              >
                <Options list={list} />
              </Field>
            ),
        )}
        <div>
          {EFFECTS.map(
            (name) =>
              offer[name] !== null && (
                <Check
                  key={name}
                  label={t(name)}
                  checked={offer[name] === true}
                  onChange={(checked) => void devices.use(name, checked)}
                  data-testid={`effect-${name}`}
                />
              ),
          )}
          {devices.camera.value && offer.blur === null && <p class="small soft">{t("no_blur")}</p>}
        </div>
        {saving && (
          <Check
            label={t("saving")}
            checked={saving.value}
            onChange={(checked) => (saving.value = checked)}
            data-testid="saving"
          />
        )}
        <LevelMeter label={way("check_level")} follow={devices.followLevel} />
        <div>
          <Button icon="sound" onClick={() => void devices.chime()}>
            {way("check_chime")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Options({ list }: { list: readonly Plugged[] }) {
  const id = useId();
  return (
    <>
      <option value="">{t("default")}</option>
      {list
        .filter((one) => one.id !== "default")
        .map((one, index) => (
          <option key={`${id}-${one.id}`} value={one.id}>
            {one.label || t("unnamed", { n: index + 1 })}
          </option>
        ))}
    </>
  );
}
