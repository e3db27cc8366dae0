/**
 * The page that is shown, in the place of the large picture. A leader turns it for all; anybody else who turns goes at
 * their own pace until they come back. Its text stands beside the image for those who hear or enlarge it.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { announce, Button, IconButton, Notice } from "../../ui/index.ts";
import type { SlidesSeen } from "../../wire.ts";
import type { ToolProps } from "../registry.ts";
import { openSlides, type Deck, type Slides } from "./deck.ts";
import { t } from "./words/index.ts";

const ZOOMS = [1, 1.5, 2, 3];
/** Where an arrow means something else. */
const BUSY = "input, textarea, select, dialog, [role=menu], [contenteditable], [data-zoomed]";

export function Stage(props: ToolProps) {
  const seen = props.seen?.tool === "slides" ? props.seen : null;
  return seen && seen.material !== "" ? <Shown key={seen.material} {...props} now={seen} /> : null;
}

function Shown({ session, room, leads, now }: ToolProps & { now: SlidesSeen }) {
  const [own, setOwn] = useState<number | null>(null);
  const [zoom, setZoom] = useState(0);
  const [deck, setDeck] = useState<Deck | null>(null);
  const [slides, setSlides] = useState<Slides | null>(null);
  const [round, setRound] = useState(0);
  const [image, setImage] = useState<{ page: number; url: string } | null>(null);
  const [failed, setFailed] = useState(false);
  const page = leads ? now.page : (own ?? now.page);
  const words = deck?.pages[page]?.text ?? "";
  const size = deck?.pages[page];

  useEffect(() => {
    const opened = openSlides(room.session, now.material);
    setSlides(opened);
    let here = true;
    opened.deck.then(
      (found) => here && setDeck(found),
      () => here && setFailed(true),
    );
    return () => {
      here = false;
      opened.close();
    };
  }, [room.session, now.material, round]);

  useEffect(() => {
    if (!slides) return undefined;
    let here = true;
    slides.image(page).then(
      (url) => {
        if (!here) return;
        setImage({ page, url });
        setFailed(false);
        if (page + 1 < now.pages) slides.image(page + 1).catch(() => undefined);
      },
      () => here && setFailed(true),
    );
    return () => {
      here = false;
    };
  }, [slides, page]);

  useEffect(() => {
    if (deck && !leads) announce(t("said", { n: page + 1, all: now.pages, text: words.split("\n")[0] ?? "" }));
  }, [deck, page]);

  // Whoever turns faster than the server answers turns on from the page that they have asked for.
  const asked = useRef<number | null>(null);
  const turn = (by: number) => {
    const to = (asked.current ?? page) + by;
    if (to < 0 || to >= now.pages) return;
    if (!leads) {
      setOwn(to === now.page ? null : to);
      return;
    }
    asked.current = to;
    void session.use({ do: "slides.turn", page: to }).then((answer) => {
      report(answer);
      if (asked.current === to) asked.current = null;
    });
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target instanceof Element && event.target.closest(BUSY)) return;
      const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      turn(by);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });

  const here = image?.page === page ? image.url : null;
  const alt = words === "" ? t("page_alt_plain", { n: page + 1, all: now.pages }) : t("page_alt", { n: page + 1, all: now.pages, text: words.slice(0, 300) });
  const factor = ZOOMS[zoom] ?? 1;
  return (
    <section class="slides" aria-label={t("region")} data-testid="slides" data-page={page} data-following={own === null || undefined}>
      <div class="slide-box" data-zoomed={zoom > 0 || undefined} {...(zoom > 0 && { tabIndex: 0, role: "group", "aria-label": t("region") })}>
        {here !== null ? (
          <img
            class="slide"
            src={here}
            alt={alt}
            width={size?.width}
            height={size?.height}
            data-testid="slide"
            lang={deck?.language}
            ref={(element) => element?.style.setProperty("--zoom", String(factor))}
          />
        ) : (
          <p class="soft slide-wait" role="status">
            {failed ? t("failed") : t("loading")}
            {failed && <Button onClick={() => setRound(round + 1)}>{t("again")}</Button>}
          </p>
        )}
      </div>
      {own !== null && !leads && (
        <Notice icon="info">
          <span class="row spread">
            {t("own", { n: now.page + 1 })}
            <Button onClick={() => setOwn(null)} data-testid="slides-follow">
              {t("follow")}
            </Button>
          </span>
        </Notice>
      )}
      <div class="row slide-bar">
        <IconButton icon="back" label={t("before")} aria-disabled={page === 0} onClick={() => turn(-1)} data-testid="slides-before" />
        <span class="slide-where">{t("slide", { n: page + 1, all: now.pages })}</span>
        <IconButton icon="next" label={t("next")} aria-disabled={page + 1 >= now.pages} onClick={() => turn(1)} data-testid="slides-next" />
        {zoom > 0 && (
          <Button look="plain" onClick={() => setZoom(zoom - 1)}>
            {t("zoom_out")}
          </Button>
        )}
        <Button look="plain" aria-disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(Math.min(ZOOMS.length - 1, zoom + 1))} data-testid="slides-larger">
          {t("zoom_in")}
        </Button>
        {now.handouts.some((one) => one.material === now.material) && (
          <a class="button" data-look="plain" href={`/api/sessions/${room.session}/handouts/${now.material}`} download="handout.pdf" data-testid="slides-keep">
            {t("keep")}
          </a>
        )}
      </div>
      <details class="slide-text">
        <summary>{t("text")}</summary>
        <p lang={deck?.language}>{words === "" ? t("no_text") : words}</p>
      </details>
    </section>
  );
}
