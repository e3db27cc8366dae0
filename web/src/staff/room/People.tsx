/** The roster strip: expected, waiting, in (with a live clock), reconnecting, left; what a host may do with each. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import { Button, Dialog, Icon, IconButton, Menu, type MenuItem } from "../../ui/index.ts";
import type { AtTheDoor, Participant, RoomView } from "../../wire.ts";
import type { RosterEntry, SessionDetail } from "../api.ts";
import { CheckInFacts } from "../CheckIn.tsx";
import { duration } from "../days.ts";
import { lastOutcome, RemindIcon, useSendings } from "../Sendings.tsx";
import { t } from "../words/index.ts";
import { rowsOf } from "./people.ts";
import type { Row } from "./people.ts";
import type { Whom } from "./Remove.tsx";
import { second } from "./second.ts";

export interface PeopleProps {
  readonly id: string;
  readonly session: Session;
  readonly room: RoomView;
  readonly detail: SessionDetail | null;
  readonly act: (asked: Promise<Answer>) => void;
  /** What may be done with somebody who is here. */
  readonly actions: (one: Participant) => MenuItem[];
  readonly onRemove: (whom: Whom) => void;
}

/** Everybody who was in the room while this page looked, or before, as the record says. */
function useCame(room: RoomView, detail: SessionDetail | null): ReadonlySet<string> {
  const came = useRef(new Set<string>());
  for (const one of room.members) if (one.person !== null) came.current.add(one.person);
  for (const one of detail?.roster ?? []) if ((one.attendance?.first_join ?? null) !== null) came.current.add(one.person);
  return came.current;
}

export function People({ id, session, room, detail, act, actions, onRemove }: PeopleProps) {
  const written = useSendings(id, true);
  const zone = detail?.zone ?? "UTC";
  const came = useCame(room, detail);
  const [shown, setShown] = useState<RosterEntry | null>(null);
  const rows = rowsOf(detail?.roster ?? [], room, came);
  const clients = rows.filter((row) => !row.staff);
  const here = clients.filter((row) => row.member !== null).length;
  const may = new Set(room.you.may);
  const itemsOf = (row: Row) => {
    const one = room.members.find((other) => other.member === row.member);
    if (one === undefined) return [];
    const items = [...actions(one)];
    if (may.has("remove") && !row.staff) {
      const { member, alias } = one;
      items.push({
        label: t("room.remove_name", { name: alias }),
        icon: "remove",
        tone: "danger",
        testid: `person-remove-${member}`,
        act: () => onRemove({ member, alias }),
      });
    }
    return items;
  };
  return (
    <section class="rail-part" aria-labelledby="people-title">
      <div class="row spread">
        <h2 id="people-title">{t("room.people")}</h2>
        <span class="soft small">{t("room.here_of", { here, all: clients.length })}</span>
      </div>
      <ul class="people">
        {rows.map((row) => (
          <Person
            key={row.person}
            row={row}
            entry={detail?.roster.find((one) => one.person === row.person) ?? null}
            mayMute={may.has("mute_others")}
            onMute={(member) => act(session.command("mute", { member }))}
            items={itemsOf(row)}
            onShow={setShown}
            reminded={row.state === "expected" ? lastOutcome({ client: row.person, zone, loaded: written }) : ""}
            remind={row.state === "expected" && <RemindIcon session={id} client={row.person} alias={row.alias} zone={zone} loaded={written} />}
          />
        ))}
      </ul>
      {room.removed.length > 0 && may.has("remove") && (
        <Removed removed={room.removed} onAllow={(member) => act(session.command("allow_back", { member }))} />
      )}
      {shown !== null && shown.check_in !== null && (
        <Dialog title={t("room.facts_title", { name: shown.alias })} closeLabel={t("close")} onClose={() => setShown(null)}>
          <p class="soft">{shown.legal_name}</p>
          <CheckInFacts checkIn={shown.check_in} zone={zone} />
        </Dialog>
      )}
    </section>
  );
}

interface PersonProps {
  readonly row: Row;
  readonly entry: RosterEntry | null;
  readonly mayMute: boolean;
  readonly onMute: (member: number) => void;
  readonly onShow: (entry: RosterEntry) => void;
  readonly items: MenuItem[];
  /** What the last message to them came to. */
  readonly reminded: string;
  readonly remind: ComponentChildren;
}

function Person({ row, entry, mayMute, onMute, onShow, items, reminded, remind }: PersonProps) {
  const { member, alias } = row;
  return (
    <li data-state={row.state} data-risk={row.risk === "none" ? undefined : row.risk} data-testid={`person-${row.person}`}>
      <span class="dot" aria-hidden="true" />
      {entry !== null && entry.check_in !== null ? (
        <button type="button" class="who" title={t("room.facts", { name: alias })} onClick={() => onShow(entry)} data-testid={`facts-${row.person}`}>
          <Who row={row} reminded={reminded} />
          <span class="unseen">: {t("room.facts", { name: alias })}</span>
        </button>
      ) : (
        <span class="who">
          <Who row={row} reminded={reminded} />
        </span>
      )}
      {remind}
      {member !== null && !row.staff && mayMute && (
        <IconButton
          icon={row.microphone ? "mic" : "micOff"}
          label={row.microphone ? t("room.mute_name", { name: alias }) : t("room.is_muted", { name: alias })}
          disabled={!row.microphone}
          onClick={() => onMute(member)}
          data-testid={`person-mute-${member}`}
        />
      )}
      {items.length > 0 && <Menu label={t("room.more_name", { name: alias })} items={items} data-testid={`person-more-${member}`} />}
    </li>
  );
}

function Who({ row, reminded }: { row: Row; reminded: string }) {
  return (
    <>
      <span>
        <strong class="alias">{row.alias}</strong>
        {row.you && <span class="soft"> ({t("room.you")})</span>}
        {row.hand && (
          <span class="hand">
            <Icon name="hand" />
            <span class="unseen">{t("room.hand")}</span>
          </span>
        )}
      </span>
      {row.legalName !== row.alias && (
        <span class="soft small full-name" title={row.legalName}>
          {row.legalName}
        </span>
      )}
      <span class="small state">
        {row.apart !== "" ? t(`room.apart_${row.apart}`) : row.state === "in" && row.since !== null ? <Inside since={row.since} /> : t(`room.state_${row.state}`)}
        {row.risk !== "none" && ` · ${t(`room.risk_${row.risk}`)}`}
        {reminded !== "" && ` · ${reminded}`}
      </span>
    </>
  );
}

function Inside({ since }: { since: number }) {
  return <>{t("room.state_in", { time: duration(second.value - since) })}</>;
}

function Removed({ removed, onAllow }: { removed: readonly AtTheDoor[]; onAllow: (member: number) => void }) {
  return (
    <div class="stack tight">
      <h3 class="small">{t("room.removed_title")}</h3>
      <ul class="door">
        {removed.map((one) => (
          <li key={one.member}>
            <span class="who">
              <strong>{one.alias}</strong>
              <span class="soft small">{one.legal_name}</span>
            </span>
            <Button
              onClick={() => onAllow(one.member)}
              data-testid={`allow-back-${one.member}`}
            >
              {t("room.allow_back")}
              <span class="unseen">: {one.alias}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
