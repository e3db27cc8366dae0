"""Every key name in Redis, in one place. Names hold ids and hashes only: no name, address, token or text.

`{programme}` is the hash tag: all that one script changes together lies in one Cluster slot. What is found without
knowing a programme (a link by its token, a login by its name) lies outside and is only ever changed by itself.
Keys under a programme are clinical or its evidence and never expire, except `ops`, `op` (answers to repeats), `export`,
`arriving`.

    {p}:room:S:log      stream   the events of a room; entry ids are <version>-0
    {p}:room:S:ring     stream   what passes (sealed chat), trimmed, deleted when the room ends
    {p}:room:S:seen     hash     member -> last proof of life, ms
    {p}:room:S:ops      hash     operation -> its first answer; expires a day after the end
    {p}:rooms:open      set      sessions whose room is opened and not ended
    {p}:latest          string   the latest time that any record of the programme holds
    {p}:audit           stream   who did what to which record
    {p}:att:YYYY-MM     stream   final attendance rows by month (UTC) of the scheduled start, one field a column
    {p}:rows            hash     session -> month, first and last entry id of its rows
    {p}:changes         stream   which rows have changed, in one order: what is behind a reader stays behind
    {p}:said:S          stream   corrections, excuses, attestations (sealed, hash-chained); {p}:said set: their sessions
    {p}:webhooks        hash     id -> sealed endpoint; {p}:webhook:ID hash: its place in the changes
    {p}:pseudonyms      string   the sealed secret from which each recipient's session ids are made
    {p}:months          set      the months that have rows (add-only)
    {p}:months:of:C     set      those that have rows of a client, as numbers: 202611 (add-only)
    {p}:person:P        hash     {p}:session:S  hash      {p}:sessions, {p}:series:R  sorted sets by start
    {p}:group:R         hash     a series, its members, its revision; {p}:groups set; {p}:groups-of:C set (add-only)
    {p}:make-ups:S      hash     client -> the session that makes up for S; {p}:closed-days string: the clinic's own
    {p}:person:P:log    stream   every change of that record, sealed (add-only)
    {p}:person-keys     hash     person -> their sealed secret; {p}:erased hash: person -> when and why (add-only)
    {p}:holds           hash     hold -> sealed record, hold:released -> ms
    {p}:people:KIND     set      clients, staff, left (staff, too); {p}:collaterals:C set: the supporters of a client
    {p}:people-changes  string   how often any record was written
    {p}:names:KEY:N     set      bucket N of the blind index of names under one key: a superset; {p}:names:built set
    {p}:login-names     hash     person -> the name by which they sign in, sealed
    {p}:episodes:C      stream   every version of every enrolment of a client, sealed (add-only)
    {p}:enrolments      hash     client -> their episodes as they are now: tracks, days, counsellors; no reasons
    {p}:enrolled        set      clients who are not discharged    {p}:tracks hash: code -> sealed track
    {p}:check-in:S      hash     person -> sealed answers
    {p}:arriving:S      hash     person -> which screen of the way in was open when; expires three hours after the last
    {p}:note:S:A        hash     current revision of a section (A is `group` or a person); {p}:note:S:A:revisions stream
    {p}:notes:S         set      sections that exist
    {p}:counselling:S:W:A hash   the same of a SUD counselling note by W, under another key; ...:revisions stream
    {p}:counselling:S   set      "W A" of those that exist
    {p}:phrases:W       hash     quick phrases of their author, sealed
    {p}:caseload:W      set      {p}:supervises:W set: whom a member of staff answers for
    {p}:materials       hash     material -> sealed record, material:revision -> how often it was written
    {p}:material:M:PART string   its PDF in pieces (pdf:N), images of its pages (page:N), their texts; sealed
    {p}:break-glass     hash     id -> sealed opening, id:review -> sealed review
    {p}:notes:of:C      zset     session -> when the section about this client was begun
    {p}:notes-waiting   zset     "session section" -> since when it waits for a co-signature
    {p}:goals:C         hash     goal -> sealed record, goal:closed -> its last day (add-only)
    {p}:plans:C         hash     a client's relapse-prevention plan, sealed: draft, version:N, signed:N, countersigned:N
    {p}:consents:C      hash     consent -> sealed record, consent:revoked -> ms
    {p}:emergencies:C   hash     id -> sealed record of what medical personnel were told (add-only)
    {p}:grounds         hash     the same for bases that need no consent; {p}:basis string: counts changes of either
    {p}:agreements      hash     kind -> its current texts, kind/N -> those of version N, kind:now -> the number
    {p}:signed:C        hash     signature -> sealed record, signature:revoked -> ms
    {p}:offered:C       hash     offer of a consent -> sealed record, offer:done -> ms
    {p}:own-door:C      hash     pin, passkey:ID: how a client gets into their page, sealed
    {p}:coverage:C      hash     payers and levels of care of a client, sealed, and when each ended (add-only)
    {p}:engagement:C    hash     outreach, certifications, orders, courts' counters of a client (add-only); texts sealed
    {p}:tally           string   how far the tally has counted; what follows is derived and can be counted again
    {p}:tally:of:C      hash     year -> a client's marks; {p}:tally:recent, :came hashes: client -> latest, days
    {p}:tally:YYYY-MM   hash     session -> how many came, missed, were excused
    {p}:facts           string   what is the same on every claim: no person's
    {p}:export:E        hash     how an export goes on, for a week; :told and :omitted: its clients, so far
    {p}:disclosed:C     stream   the client's disclosure ledger (add-only)
    {p}:disclosed       hash     lists of columns that its rows name
    {p}:sendings:of:S   hash     sending -> what it is, sending:now -> how far it has got
    {p}:sendings:due    zset     "session sending" -> when something is to be done about it
    {p}:sessions:of:P   zset     the same by person, expected or leading (superset); {p}:sessions:indexed: all are
    {p}:feeds:P         set      calendar feeds of a person (superset)
    {p}:links:P         set      {p}:api-keys   set       (supersets, written before what they name)
    programmes          set      every programme (superset)
    link:HASH  feed:HASH  stop:HASH  web:HASH  paper:HASH  login:BLIND  api-key:ID  token:HASH  once:BLIND  allow:BLIND
    op:...  {workers}:...  store:...
"""

import hashlib

from telehealth.core.ids import PersonId, ProgrammeId, SessionId

PROGRAMMES = "programmes"
KEY_CHECK = "store:key-check"
MARKER = "store:marker"
WRITE_CHECK = "store:write-check"
ROTATION = "store:rotation"
RESTORING = "store:restoring"
"""There while a restore is not finished: no server opens such a store."""
WORKERS = "{workers}:names"
WORKERS_ASKED = "{workers}:asked"
"""hash: worker -> "drain" or "move", as an administrator asks of it"""


def hashed(token: str) -> str:
    """The name of what a secret token opens. Tokens have 24 random bytes or more, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def room(p: ProgrammeId, s: SessionId, part: str) -> str:
    """`part` is log, ring, seen, ops, tools, tool-news or made."""
    return f"{{{p}}}:room:{s}:{part}"


def kept(p: ProgrammeId, person: PersonId) -> str:
    return f"{{{p}}}:kept:{person}"


def arriving(p: ProgrammeId, s: SessionId) -> str:
    return f"{{{p}}}:arriving:{s}"


def open_rooms(p: ProgrammeId) -> str:
    return f"{{{p}}}:rooms:open"


def latest(p: ProgrammeId) -> str:
    return f"{{{p}}}:latest"


def audit(p: ProgrammeId) -> str:
    return f"{{{p}}}:audit"


def op(p: ProgrammeId, name: str) -> str:
    return f"{{{p}}}:op:{name}"


def attendance(p: ProgrammeId, month: str) -> str:
    return f"{{{p}}}:att:{month}"


def months(p: ProgrammeId) -> str:
    return f"{{{p}}}:months"


def rows(p: ProgrammeId) -> str:
    return f"{{{p}}}:rows"


def changes(p: ProgrammeId) -> str:
    return f"{{{p}}}:changes"


def said(p: ProgrammeId, s: SessionId) -> str:
    return f"{{{p}}}:said:{s}"


def said_sessions(p: ProgrammeId) -> str:
    return f"{{{p}}}:said"


def webhooks(p: ProgrammeId) -> str:
    return f"{{{p}}}:webhooks"


def webhook(p: ProgrammeId, name: str) -> str:
    return f"{{{p}}}:webhook:{name}"


def webhook_lease(p: ProgrammeId, name: str) -> str:
    return f"{{{p}}}:webhook:{name}:lease"


def pseudonyms(p: ProgrammeId) -> str:
    return f"{{{p}}}:pseudonyms"


def months_of_client(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:months:of:{client}"


def older_months_of_client(p: ProgrammeId, client: PersonId) -> str:
    """Written by releases before the numbers: `2026-11`."""
    return f"{{{p}}}:months:client:{client}"


def person(p: ProgrammeId, who: PersonId) -> str:
    return f"{{{p}}}:person:{who}"


def person_keys(p: ProgrammeId) -> str:
    return f"{{{p}}}:person-keys"


def erased(p: ProgrammeId) -> str:
    return f"{{{p}}}:erased"


def holds(p: ProgrammeId) -> str:
    return f"{{{p}}}:holds"


def person_log(p: ProgrammeId, who: PersonId) -> str:
    return f"{{{p}}}:person:{who}:log"


def people(p: ProgrammeId, kind: str) -> str:
    """`kind` is clients, staff, or left: staff who are not active any more."""
    return f"{{{p}}}:people:{kind}"


def people_changes(p: ProgrammeId) -> str:
    return f"{{{p}}}:people-changes"


def collaterals(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:collaterals:{client}"


def names(p: ProgrammeId, key: str, bucket: int) -> str:
    return f"{{{p}}}:names:{key}:{bucket:03x}"


def names_built(p: ProgrammeId) -> str:
    return f"{{{p}}}:names:built"


def login_names(p: ProgrammeId) -> str:
    return f"{{{p}}}:login-names"


def episodes(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:episodes:{client}"


def outlines(p: ProgrammeId) -> str:
    return f"{{{p}}}:enrolments"


def enrolled(p: ProgrammeId) -> str:
    return f"{{{p}}}:enrolled"


def tracks(p: ProgrammeId) -> str:
    return f"{{{p}}}:tracks"


def session(p: ProgrammeId, s: SessionId) -> str:
    return f"{{{p}}}:session:{s}"


def sessions(p: ProgrammeId) -> str:
    return f"{{{p}}}:sessions"


def longest_session(p: ProgrammeId) -> str:
    return f"{{{p}}}:sessions:longest"


def series(p: ProgrammeId, r: str) -> str:
    return f"{{{p}}}:series:{r}"


def group(p: ProgrammeId, r: str) -> str:
    return f"{{{p}}}:group:{r}"


def groups(p: ProgrammeId) -> str:
    return f"{{{p}}}:groups"


def groups_of(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:groups-of:{client}"


def make_ups(p: ProgrammeId, missed: SessionId) -> str:
    return f"{{{p}}}:make-ups:{missed}"


def closed_days(p: ProgrammeId) -> str:
    return f"{{{p}}}:closed-days"


def sessions_of(p: ProgrammeId, who: PersonId) -> str:
    return f"{{{p}}}:sessions:of:{who}"


def sessions_indexed(p: ProgrammeId) -> str:
    return f"{{{p}}}:sessions:indexed"


def check_ins(p: ProgrammeId, s: SessionId) -> str:
    return f"{{{p}}}:check-in:{s}"


def section(about: PersonId | None) -> str:
    """The name of a note section. No person has the id `group`: ids are random."""
    return about or "group"


def note(p: ProgrammeId, s: SessionId, about: PersonId | None) -> str:
    return f"{{{p}}}:note:{s}:{section(about)}"


def note_revisions(p: ProgrammeId, s: SessionId, about: PersonId | None) -> str:
    return f"{note(p, s, about)}:revisions"


def notes(p: ProgrammeId, s: SessionId) -> str:
    return f"{{{p}}}:notes:{s}"


def counselling(p: ProgrammeId, s: SessionId, author: PersonId, about: PersonId | None) -> str:
    return f"{{{p}}}:counselling:{s}:{author}:{section(about)}"


def counselling_revisions(p: ProgrammeId, s: SessionId, author: PersonId, about: PersonId | None) -> str:
    return f"{counselling(p, s, author, about)}:revisions"


def counselling_of(p: ProgrammeId, s: SessionId) -> str:
    return f"{{{p}}}:counselling:{s}"


def phrases(p: ProgrammeId, author: PersonId) -> str:
    return f"{{{p}}}:phrases:{author}"


def caseload(p: ProgrammeId, staff: PersonId) -> str:
    return f"{{{p}}}:caseload:{staff}"


def supervises(p: ProgrammeId, staff: PersonId) -> str:
    return f"{{{p}}}:supervises:{staff}"


def broken_glass(p: ProgrammeId) -> str:
    return f"{{{p}}}:break-glass"


def notes_of(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:notes:of:{client}"


def waiting_notes(p: ProgrammeId) -> str:
    return f"{{{p}}}:notes-waiting"


def materials(p: ProgrammeId) -> str:
    return f"{{{p}}}:materials"


def material(p: ProgrammeId, name: str, part: str) -> str:
    """`part` is pdf:N, page:N or texts."""
    return f"{{{p}}}:material:{name}:{part}"


def goals(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:goals:{client}"


def plans(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:plans:{client}"


def emergencies(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:emergencies:{client}"


def consents(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:consents:{client}"


def grounds(p: ProgrammeId) -> str:
    return f"{{{p}}}:grounds"


def basis_version(p: ProgrammeId) -> str:
    return f"{{{p}}}:basis"


def agreements(p: ProgrammeId) -> str:
    return f"{{{p}}}:agreements"


def signed(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:signed:{client}"


def offered(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:offered:{client}"


def own_door(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:own-door:{client}"


def coverage(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:coverage:{client}"


def engagement(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:engagement:{client}"


def tally(p: ProgrammeId) -> str:
    return f"{{{p}}}:tally"


def tally_of(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:tally:of:{client}"


def tally_recent(p: ProgrammeId) -> str:
    return f"{{{p}}}:tally:recent"


def tally_came(p: ProgrammeId) -> str:
    return f"{{{p}}}:tally:came"


def tally_month(p: ProgrammeId, month: str) -> str:
    """By the facility's calendar: `2026-11`."""
    return f"{{{p}}}:tally:{month}"


def facts(p: ProgrammeId) -> str:
    return f"{{{p}}}:facts"


def export(p: ProgrammeId, name: str, part: str = "") -> str:
    """`part` is nothing, told or omitted."""
    return f"{{{p}}}:export:{name}{part and ':'}{part}"


def disclosed_columns(p: ProgrammeId) -> str:
    return f"{{{p}}}:disclosed"


def ledger(p: ProgrammeId, client: PersonId) -> str:
    return f"{{{p}}}:disclosed:{client}"


def sendings(p: ProgrammeId, s: SessionId) -> str:
    return f"{{{p}}}:sendings:of:{s}"


def sendings_due(p: ProgrammeId) -> str:
    return f"{{{p}}}:sendings:due"


def links_of(p: ProgrammeId, who: PersonId) -> str:
    return f"{{{p}}}:links:{who}"


def feeds_of(p: ProgrammeId, who: PersonId) -> str:
    return f"{{{p}}}:feeds:{who}"


def feed(name: str) -> str:
    return f"feed:{name}"


def stop(token: str) -> str:
    return f"stop:{hashed(token)}"


def api_keys(p: ProgrammeId) -> str:
    return f"{{{p}}}:api-keys"


def link(name: str) -> str:
    return f"link:{name}"


def paper(code: str) -> str:
    return f"paper:{hashed(code)}"


def web_session(token: str) -> str:
    return f"web:{hashed(token)}"


def login(blind: str) -> str:
    return f"login:{blind}"


def api_key(key_id: str) -> str:
    return f"api-key:{key_id}"


def token(text: str) -> str:
    return f"token:{hashed(text)}"


def once(blind: str) -> str:
    return f"once:{blind}"


def allow(blind: str) -> str:
    return f"allow:{blind}"


def worker(name: str) -> str:
    return f"{{workers}}:lease:{name}"
