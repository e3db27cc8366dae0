/** The tracks: what goes on beside each other in the programme, and which of them take somebody in. */
import { useState } from "preact/hooks";

import { announce, Button, Check, Dialog, Field, Notice } from "../../ui/index.ts";
import { codeOf, fieldOf, me } from "../api.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { sentence, t as staff } from "../words/index.ts";
import { putTrack, tracks } from "./door.ts";
import type { Track } from "./door.ts";
import { t } from "./words/index.ts";

const KINDS = ["treatment", "aftercare", "alumni"] as const;
const NEW: Track = { code: "", title: "", kind: "treatment", open: true, hours: "" };

export function Tracks() {
  const loaded = useLoad("tracks", tracks);
  const [editing, setEditing] = useState<Track | null>(null);
  const writes = me.value?.may.includes("tracks.write") ?? false;
  if (loaded.value === null) return loaded.code === null ? <p class="soft">{staff("loading")}</p> : <Failed loaded={loaded} />;
  return (
    <>
      <div class="row spread">
        <p class="soft">{t("tracks.why")}</p>
        {writes && (
          <Button onClick={() => setEditing(NEW)} data-testid="new-track">
            {t("track.new")}
          </Button>
        )}
      </div>
      <ul class="plain-list card tracks">
        {loaded.value.map((one) => (
          <li key={one.code} class="row spread">
            <div>
              <strong>{one.title}</strong> <code class="soft small">{one.code}</code>
              <p class="soft small">{[t(`track.${one.kind}`), one.hours].filter((word) => word !== "").join(" · ")}</p>
            </div>
            <div class="row">
              {!one.open && <span class="chip">{t("track.closed")}</span>}
              {writes && (
                <Button look="plain" onClick={() => setEditing(one)} data-testid={`track-${one.code}`}>
                  {t("change")}
                  <span class="unseen">: {one.title}</span>
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {editing !== null && (
        <Edit
          track={editing}
          done={() => {
            setEditing(null);
            loaded.again();
          }}
          close={() => setEditing(null)}
        />
      )}
    </>
  );
}

function Edit({ track, done, close }: { track: Track; done: () => void; close: () => void }) {
  const [now, setNow] = useState(track);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const [field, setField] = useState<string | null>(null);
  const keep = async () => {
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(now.code)) {
      setField("code");
      return;
    }
    setBusy(true);
    setCode(null);
    setField(null);
    try {
      await putTrack(now);
      announce(t("kept"));
      done();
    } catch (error) {
      setField(fieldOf(error));
      if (fieldOf(error) === null) setCode(codeOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={track.code === "" ? t("track.new") : track.title}
      closeLabel={staff("close")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{staff("cancel")}</Button>
          <Button look="primary" busy={busy} onClick={() => void keep()} data-testid="keep-track">
            {t("keep")}
          </Button>
        </>
      }
    >
      <div class="stack">
        {code !== null && (
          <Notice tone="bad" role="alert">
            {sentence(code)}
          </Notice>
        )}
        {track.code === "" && (
          <Field label={t("track.code")} hint={t("track.code_hint")} value={now.code} error={field === "code" ? t("track.code_wrong") : undefined} onInput={(event) => setNow({ ...now, code: event.currentTarget.value })} />
        )}
        <Field label={t("track.title")} value={now.title} error={field === "title" ? t("track.title_missing") : undefined} onInput={(event) => setNow({ ...now, title: event.currentTarget.value })} />
        <Field kind="select" label={t("track.kind")} value={now.kind} onChange={(event) => setNow({ ...now, kind: event.currentTarget.value as Track["kind"] })}>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`track.${kind}`)}
            </option>
          ))}
        </Field>
        <Field label={t("track.hours")} hint={t("track.hours_hint")} value={now.hours} onInput={(event) => setNow({ ...now, hours: event.currentTarget.value })} />
        <Check label={t("track.open")} checked={now.open} onChange={(open) => setNow({ ...now, open })} />
      </div>
    </Dialog>
  );
}
