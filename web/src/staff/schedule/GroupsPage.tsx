/** All groups of the clinic by name, each with its rule as a sentence. */
import { useState } from "preact/hooks";

import { Button, Field, Icon } from "../../ui/index.ts";
import { me } from "../api.ts";
import { ownZone } from "../days.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { known as word, t as staff } from "../words/index.ts";
import { allGroups } from "./door.ts";
import type { GroupLine, Names } from "./door.ts";
import { NewGroup } from "./NewGroup.tsx";
import { described } from "./rule.ts";
import { load, t } from "./words/index.ts";
import "./schedule.css";

await load();

export default function GroupsPage() {
  const loaded = useLoad("groups", allGroups);
  const [text, setText] = useState("");
  const [making, setMaking] = useState(false);
  const wanted = text.trim().toLocaleLowerCase();
  const shown = (loaded.value?.groups ?? []).filter(({ title }) => title.toLocaleLowerCase().includes(wanted));
  const names = loaded.value?.staff ?? {};
  const over = shown.filter((one) => one.over);
  return (
    <div class="stack schedule">
      <div class="day-head">
        <h1 tabIndex={-1}>{t("all_groups")}</h1>
        <div class="row schedule-acts">
          <a class="button" data-look="quiet" href={linkTo("schedule")}>
            {t("week")}
          </a>
          {me.value?.may.includes("schedule") === true && (
            <Button look="primary" onClick={() => setMaking(true)}>
              {t("new")}
            </Button>
          )}
        </div>
      </div>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {loaded.value !== null && loaded.value.groups.length === 0 && (
        <div class="empty card">
          <Icon name="people" />
          <h2>{t("groups.none")}</h2>
          <p class="soft">{t("groups.none_hint")}</p>
        </div>
      )}
      {loaded.value !== null && loaded.value.groups.length > 0 && (
        <>
          <Field label={t("groups.search")} type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />
          <Lines of={shown.filter((one) => !one.over)} names={names} />
          {over.length > 0 && (
            <details>
              <summary>{t("groups.over")}</summary>
              <Lines of={over} names={names} />
            </details>
          )}
        </>
      )}
      {making && <NewGroup zone={ownZone()} onClose={() => setMaking(false)} onSaved={(group) => (location.hash = linkTo("group", group.id))} />}
    </div>
  );
}

function Lines({ of, names }: { of: readonly GroupLine[]; names: Names }) {
  return (
    <ul class="card group-lines" data-testid="groups">
      {of.map((one) => (
        <li key={one.id}>
          <p class="row">
            <a href={linkTo("group", one.id)}>
              <strong>{one.title}</strong>
            </a>
            <span class="soft">{word("kind", one.kind, "kind.unknown")}</span>
          </p>
          <span>{described(one.plan, one.until)}</span>
          <span class="soft">
            {[names[one.plan.facilitators[0] ?? ""] ?? "", t("expected", { n: one.members, of: one.capacity })].filter((part) => part !== "").join(", ")}
          </span>
        </li>
      ))}
    </ul>
  );
}
