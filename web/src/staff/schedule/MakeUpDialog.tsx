/** Planning a session that makes up for a missed one: another meeting of the group, or one of their own. */
import { useState } from "preact/hooks";

import { Button, Dialog, Field, Notice } from "../../ui/index.ts";
import { addDays } from "../days.ts";
import { useLoad } from "../load.ts";
import { moment, t as staff } from "../words/index.ts";
import { makeUp, makeUpsOf, weekOf, whyNot } from "./door.ts";
import type { Group } from "./door.ts";
import { said } from "./Preview.tsx";
import { t } from "./words/index.ts";

const BACK_DAYS = 14;

export function MakeUpDialog({ group, onClose, onSaved }: { group: Group; onClose: () => void; onSaved: () => void }) {
  const loaded = useLoad(`missed ${group.id}`, () => weekOf(addDays(group.today, -BACK_DAYS), group.today));
  const missed = (loaded.value?.sessions ?? []).filter((one) => one.series === group.id && (one.state === "over" || one.state === "cancelled"));
  const [session, setSession] = useState("");
  const [client, setClient] = useState("");
  const [into, setInto] = useState("");
  const [own, setOwn] = useState({ day: addDays(group.today, 1), at: group.plan.at, minutes: 60 });
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const planned = useLoad(`make-ups ${session}`, async () => (session === "" ? [] : await makeUpsOf(session)));
  const done = planned.value?.find((one) => one.client === client);
  const coming = group.sessions.filter((one) => one.cancelled === "" && one.state === "planned");
  const complete = session !== "" && client !== "" && done === undefined;
  const send = async () => {
    if (!complete) return;
    setBusy(true);
    try {
      await makeUp(session, into === "" ? { client, ...own } : { client, session: into });
      onSaved();
    } catch (error) {
      setWrong(whyNot(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("makeup.title")} closeLabel={t("close")} onClose={onClose} data-testid="schedule-dialog">
      <div class="stack schedule-dialog">
        <p class="soft">{t("makeup.hint")}</p>
        {loaded.value !== null && missed.length === 0 && <Notice tone="plain">{t("makeup.none")}</Notice>}
        <Field kind="select" label={t("makeup.missed")} value={session} onChange={(event) => setSession(event.currentTarget.value)}>
          <option value="" />
          {missed.map((one) => (
            <option key={one.id} value={one.id}>
              {moment(one.starts, one.zone)}
            </option>
          ))}
        </Field>
        <Field kind="select" label={t("makeup.who")} value={client} onChange={(event) => setClient(event.currentTarget.value)}>
          <option value="" />
          {group.roster.map((one) => (
            <option key={`${one.client} ${one.joins}`} value={one.client}>
              {one.legal_name || one.alias}
            </option>
          ))}
        </Field>
        {done !== undefined && <Notice tone="plain">{t("makeup.done", { when: done.starts === null ? "" : moment(done.starts, group.zone) })}</Notice>}
        <Field kind="select" label={t("makeup.into")} value={into} onChange={(event) => setInto(event.currentTarget.value)}>
          <option value="">{t("makeup.own")}</option>
          {coming.map((one) => (
            <option key={one.id} value={one.id}>
              {moment(one.starts, one.zone)}
            </option>
          ))}
        </Field>
        {into === "" && (
          <div class="pair three">
            <Field label={t("change.day")} type="date" min={group.today} value={own.day} onInput={(event) => setOwn({ ...own, day: event.currentTarget.value })} />
            <Field label={t("change.at")} type="time" value={own.at} onInput={(event) => setOwn({ ...own, at: event.currentTarget.value })} />
            <Field label={t("change.minutes")} type="number" min={1} max={720} value={own.minutes} onInput={(event) => setOwn({ ...own, minutes: event.currentTarget.valueAsNumber })} />
          </div>
        )}
        {wrong !== null && <p class="error" role="alert">{said(wrong)}</p>}
        <footer class="row">
          <Button look="primary" busy={busy || !complete} onClick={send}>
            {busy ? staff("loading") : t("makeup.save")}
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}
