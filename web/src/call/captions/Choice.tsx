/** The part of "Comfort" about captions: whether this device can make them, in plain words, and how they look. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Choices } from "../../comfort/Choices.tsx";
import { Button, Check } from "../../ui/index.ts";
import { ability, install, type Ability } from "./recogniser.ts";
import { spoken } from "./spoken.ts";
import { choose, wish } from "./wish.ts";
import { t } from "./words/index.ts";

const LOOK_MS = 2000;

export function CaptionChoice() {
  const can = useSignal<Ability | null>(null);
  const fetching = useSignal(false);
  const failed = useSignal(false);
  const look = async () => {
    can.value = await ability(spoken());
  };
  useEffect(() => {
    void look();
    const timer = setInterval(() => {
      if (can.value?.can === "downloading") void look();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, []);

  async function fetchFile(): Promise<void> {
    fetching.value = true;
    failed.value = false;
    const there = await install(spoken(), can.value?.quality ?? "command");
    fetching.value = false;
    failed.value = !there;
    await look();
    if (there) choose({ on: true });
  }

  const now = can.value;
  return (
    <fieldset class="field" data-testid="caption-choice" data-can={now?.can}>
      <legend class="legend">{t("title")}</legend>
      {now?.can === "no" && <p class="small">{t("cannot")}</p>}
      {now?.can === "available" && (
        <>
          <Check label={t("on")} checked={wish.value.on} onChange={(on) => choose({ on })} data-testid="captions-on" />
          {wish.value.on && (
            <>
              <Choices
                legend={t("size")}
                name="caption-size"
                options={(["normal", "large", "larger"] as const).map((value) => ({ value, label: t(`size_${value}`) }))}
                value={wish.value.size}
                onChange={(size) => choose({ size })}
              />
              <Choices
                legend={t("place")}
                name="caption-place"
                options={(["bottom", "top"] as const).map((value) => ({ value, label: t(`place_${value}`) }))}
                value={wish.value.place}
                onChange={(place) => choose({ place })}
              />
            </>
          )}
          <p class="small soft">{t("here")}</p>
        </>
      )}
      {(now?.can === "downloadable" || now?.can === "downloading") && (
        <>
          <p class="small">{t("file")}</p>
          <div>
            <Button busy={fetching.value || now.can === "downloading"} onClick={() => void fetchFile()} data-testid="captions-install">
              {t(fetching.value || now.can === "downloading" ? "fetching" : "fetch")}
            </Button>
          </div>
        </>
      )}
      {failed.value && (
        <p class="error" role="alert">
          {t("fetch_failed")}
        </p>
      )}
    </fieldset>
  );
}
