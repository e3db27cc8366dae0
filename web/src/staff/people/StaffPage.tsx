/** Who works here, in which part, with which credential; for whoever may, the form of each. */
import { useState } from "preact/hooks";

import { Button, Check, Icon } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { choices, may, staff } from "./door.ts";
import type { Staff } from "./door.ts";
import "./people.css";
import { StaffDialog } from "./StaffDialog.tsx";
import { Undo } from "./Undo.tsx";
import { known, load, t } from "./words/index.ts";

await load();

/** All of them: a clinic has some dozens, and pages of two hundred. */
async function everybody(): Promise<readonly Staff[]> {
  const found: Staff[] = [];
  let next: number | null = 0;
  while (next !== null) {
    const page: Awaited<ReturnType<typeof staff>> = await staff(next);
    found.push(...page.staff);
    next = page.next;
  }
  return found;
}

export default function StaffPage() {
  const loaded = useLoad("staff", everybody);
  const offer = useLoad("choices", choices);
  const [asking, setAsking] = useState<Staff | "new" | null>(null);
  const [left, setLeft] = useState(false);
  const write = may("staff.write");
  const gone = loaded.value?.filter((one) => !one.active).length ?? 0;
  const shown = loaded.value?.filter((one) => left || one.active) ?? [];
  const names = new Map(loaded.value?.map((one) => [one.id, one.legal_name]));
  return (
    <div class="stack">
      <div class="day-head">
        <h1 tabIndex={-1}>{t("staff.title")}</h1>
        {write && (
          <Button look="primary" onClick={() => setAsking("new")} data-testid="new-staff">
            {t("staff.new")}
          </Button>
        )}
      </div>
      <Undo />
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {loaded.value?.length === 0 && (
        <div class="empty card">
          <Icon name="people" />
          <h2>{t("staff.none")}</h2>
        </div>
      )}
      {gone > 0 && <Check label={t("staff.show_left", { n: gone })} checked={left} onChange={setLeft} />}
      <ul class="people">
        {shown.map((one) => (
          <li key={one.id}>
            <Member one={one} supervisor={names.get(one.supervisor) ?? ""} open={write && one.contact !== null ? () => setAsking(one) : null} />
          </li>
        ))}
      </ul>
      {asking !== null && offer.value !== null && (
        <StaffDialog
          known={asking === "new" ? null : asking}
          lists={offer.value}
          close={() => setAsking(null)}
          done={() => {
            setAsking(null);
            loaded.again();
          }}
        />
      )}
    </div>
  );
}

function Member({ one, supervisor, open }: { one: Staff; supervisor: string; open: (() => void) | null }) {
  const about = [one.npi === "" ? "" : t("staff.npi", { npi: one.npi }), one.licensed_states.join(", "), supervisor === "" ? "" : t("staff.supervised", { name: supervisor })];
  return (
    <div class="person" data-active={one.active}>
      <span class="name">
        <span class="alias">
          {one.legal_name}
          {one.credential !== "" && <span class="soft">, {one.credential}</span>}
        </span>
        <span class="soft legal">{about.filter((word) => word !== "").join(" · ")}</span>
      </span>
      <span class="soft where">{one.clients > 0 ? t("staff.caseload", { n: one.clients }) : ""}</span>
      <span class="marks">
        <span class="chip">{one.role === "" ? t("role.none") : known("role", one.role, "role.none")}</span>
        {!one.active && <span class="chip" data-enrolment="discharged">{t("staff.left")}</span>}
      </span>
      {open !== null && (
        <Button look="plain" onClick={open} data-testid={`edit-${one.id}`}>
          {t("staff.edit")}
          <span class="unseen">: {one.legal_name}</span>
        </Button>
      )}
    </div>
  );
}
