/** One group: how it meets, who is in it and since when, what comes next, and what may be done with each. */
import { useState } from "preact/hooks";

import { Button, Icon, Menu, Notice } from "../../ui/index.ts";
import type { MenuItem } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { known as word, moment, shortDay, t as staff } from "../words/index.ts";
import { CancelDialog, ChangeDialog, JoinDialog, LeaveDialog } from "./dialogs.tsx";
import { changeOf, groupOf, save, whyNot } from "./door.ts";
import type { Group, Member, PlannedSession } from "./door.ts";
import { EditGroup } from "./EditGroup.tsx";
import { MakeUpDialog } from "./MakeUpDialog.tsx";
import { said } from "./Preview.tsx";
import { described, listed } from "./rule.ts";
import { known, load, t } from "./words/index.ts";
import "./schedule.css";

await load();

type Open = { readonly what: "change" | "cancel"; readonly session: PlannedSession } | { readonly what: "leave"; readonly member: Member } | { readonly what: "join" | "makeup" | "edit" };

export default function GroupPage({ rest: [id = ""] }: PageProps) {
  const loaded = useLoad(`group ${id}`, () => groupOf(id));
  return (
    <div class="stack schedule">
      <p>
        <a class="back" href={linkTo("groups")}>
          <Icon name="back" /> {t("all_groups")}
        </a>
      </p>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {loaded.value !== null && <TheGroup group={loaded.value} again={loaded.again} />}
    </div>
  );
}

function TheGroup({ group, again }: { group: Group; again: () => void }) {
  const [open, setOpen] = useState<Open | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const close = () => setOpen(null);
  const done = () => {
    close();
    setSaved(true);
    again();
  };
  const hold = async (session: PlannedSession) => {
    try {
      await save(changeOf(group, "hold", { day: session.day }));
      done();
    } catch (error) {
      setWrong(whyNot(error));
    }
  };
  const leads = [...group.plan.facilitators, ...group.plan.cofacilitators].map((who) => group.staff[who] ?? "").filter((name) => name !== "");
  return (
    <>
      <div class="day-head">
        <div>
          <h1 tabIndex={-1}>{group.title}</h1>
          <p>{described(group.plan, group.until)}</p>
          {group.later.map((plan) => (
            <p key={plan.start} class="soft">
              {t("group.later", { day: shortDay(plan.start), rule: described(plan, group.until) })}
            </p>
          ))}
          <p class="soft">{word("kind", group.kind, "kind.unknown")}</p>
          {leads.length > 0 && <p class="soft">{t("staff_of", { names: listed(leads) })}</p>}
        </div>
        {group.may_change && (
          <Button onClick={() => setOpen({ what: "edit" })} data-testid="edit-group-button">
            {t("edit")}
          </Button>
        )}
      </div>
      {group.over && <Notice tone="plain">{t("group.ended")}</Notice>}
      {saved && (
        <Notice tone="good" icon="check" role="status">
          {t("saved")}
        </Notice>
      )}
      {wrong !== null && (
        <Notice tone="bad" role="alert">
          {said(wrong)}
        </Notice>
      )}
      <div class="two">
        <section class="card stack" aria-labelledby="next-meetings">
          <h2 id="next-meetings">{t("group.next")}</h2>
          {group.sessions.length === 0 && <p class="soft">{t("group.no_next")}</p>}
          <ul class="lines" data-testid="next-meetings">
            {group.sessions.map((one) => (
              <li key={one.id} data-state={one.state}>
                <span>
                  <a href={linkTo("session", one.id)}>{moment(one.starts, one.zone)}</a>
                  <span class="soft">
                    {one.cancelled === "" ? t("expected", { n: one.expected, of: one.capacity }) : t("cancelled", { why: known("reason", one.cancelled, "reason.some") })}
                  </span>
                </span>
                {one.may_change && one.day !== null && <Menu label={t("meeting.of", { title: moment(one.starts, one.zone) })} items={itemsOf(one, setOpen, hold)} />}
              </li>
            ))}
          </ul>
        </section>
        <section class="card stack" aria-labelledby="who-is-in-it">
          <div class="row head">
            <h2 id="who-is-in-it">{t("group.roster")}</h2>
            <span class="soft">{t("expected", { n: group.members, of: group.capacity })}</span>
          </div>
          {group.roster.length === 0 && <p class="soft">{t("group.empty")}</p>}
          <ul class="lines" data-testid="roster">
            {group.roster.map((one) => (
              <li key={`${one.client} ${one.joins}`} data-left={(one.leaves !== null && one.leaves <= group.today) || undefined}>
                <span>
                  <strong>{one.legal_name || one.alias}</strong>
                  <span class="soft">
                    {one.joins > group.today ? t("joins.later", { day: shortDay(one.joins) }) : t("joins", { day: shortDay(one.joins) })}
                    {one.leaves !== null && `, ${t(one.leaves <= group.today ? "left" : "leaves", { day: shortDay(one.leaves) })}`}
                  </span>
                </span>
                {group.may_change && one.leaves === null && (
                  <Button look="plain" onClick={() => setOpen({ what: "leave", member: one })} aria-label={t("leave.title", { who: one.legal_name || one.alias })}>
                    {t("leave")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {group.may_change && (
            <div class="row">
              <Button look="primary" onClick={() => setOpen({ what: "join" })} data-testid="add-client">
                {t("add")}
              </Button>
              <Button onClick={() => setOpen({ what: "makeup" })}>{t("makeup")}</Button>
            </div>
          )}
        </section>
      </div>
      {open?.what === "change" && <ChangeDialog session={open.session} target={null} onClose={close} onSaved={done} />}
      {open?.what === "cancel" && <CancelDialog session={open.session} onClose={close} onSaved={done} />}
      {open?.what === "leave" && <LeaveDialog group={group} member={open.member} onClose={close} onSaved={done} />}
      {open?.what === "join" && <JoinDialog group={group} onClose={close} onSaved={done} />}
      {open?.what === "edit" && <EditGroup group={group} onClose={close} onSaved={done} />}
      {open?.what === "makeup" && <MakeUpDialog group={group} onClose={close} onSaved={done} />}
    </>
  );
}

function itemsOf(session: PlannedSession, open: (what: Open) => void, hold: (session: PlannedSession) => Promise<void>): MenuItem[] {
  if (session.cancelled !== "") return [{ label: t("hold"), icon: "check", act: () => void hold(session) }];
  return [
    { label: t("change"), icon: "calendar", act: () => open({ what: "change", session }) },
    { label: t("cancel"), icon: "close", tone: "danger", act: () => open({ what: "cancel", session }) },
  ];
}
