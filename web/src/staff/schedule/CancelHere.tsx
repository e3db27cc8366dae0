/**
 * A session is cancelled from its own page: its dialog, with the names of who will be told by a message and of who has to
 * be told by somebody. A group's meeting has the dialog of the schedule, which can also end the group.
 */
import type { RosterEntry, SessionDetail } from "../api.ts";
import { CancelDialog, CancelSingle } from "./dialogs.tsx";
import type { Cancelling } from "./door.ts";
import { listed } from "./rule.ts";
import { t } from "./words/index.ts";
import "./schedule.css";

export interface CancelHereProps {
  readonly of: Cancelling;
  readonly session: SessionDetail;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

const called = (one: RosterEntry) => one.legal_name || one.alias;

function Tells({ of, session }: Pick<CancelHereProps, "of" | "session">) {
  const told = session.roster.filter(({ person }) => of.told.includes(person));
  const untold = [...session.roster.filter(({ person }) => !of.told.includes(person)).map(called), ...session.guests.map(({ name }) => name)];
  return (
    <div class="stack tight" data-testid="cancel-tells">
      {told.length > 0 && <p>{t("cancel.tells", { names: listed(told.map(called)) })}</p>}
      {untold.length > 0 && <p>{t(told.length > 0 ? "cancel.tells_not" : "cancel.tells_nobody", { names: listed(untold) })}</p>}
      {told.length === 0 && untold.length === 0 && <p>{t("cancel.tells_none")}</p>}
    </div>
  );
}

export function CancelHere({ of, session, onClose, onSaved }: CancelHereProps) {
  const tells = <Tells of={of} session={session} />;
  return of.session.day === null ? (
    <CancelSingle session={of.session} tells={tells} onClose={onClose} onSaved={onSaved} />
  ) : (
    <CancelDialog session={of.session} tells={tells} onClose={onClose} onSaved={onSaved} />
  );
}
