"""The composition of the HTTP side: every route in one table, the order of the layers, and how it is served.

`build` takes all that it needs as arguments and keeps nothing outside the application. `app.py` calls it, attaches
signalling, and serves it with `runner`.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from prometheus_client import CollectorRegistry

import telehealth
from telehealth import packs, words
from telehealth.clock import Clock
from telehealth.core.ahead import NOTHING_AHEAD, Ahead
from telehealth.core.attendance import Policy
from telehealth.core.hours import LevelOfCare
from telehealth.core.ids import ProgrammeId
from telehealth.core.roster import Timetable
from telehealth.core.sendings import BY_MAIL, Channel

from . import (
    agreement_book,
    agreements,
    attendance,
    audit,
    break_glass,
    cancelling,
    caseload,
    check_in,
    client_consents,
    client_links,
    clients,
    clinic_settings,
    closed_days,
    cockpit,
    corrections,
    counselling,
    coverage,
    crisis,
    disclosures,
    enrolment,
    errors,
    feeds,
    formats_of_meetings,
    gate,
    goals,
    handouts,
    headers,
    health,
    hours,
    import_tables,
    incidents,
    kinds,
    links,
    make_ups,
    materials,
    note_acts,
    note_papers,
    notes,
    notes_v1,
    notice,
    openapi,
    own,
    own_acts,
    own_facts,
    packet,
    papers,
    phrases,
    plans,
    presence,
    reports,
    scales,
    schedule,
    sendings,
    series,
    series_changes,
    sessions,
    sign_in,
    smart,
    staff_records,
    static,
    staying,
    stopping,
    today,
)
from .agreement import Agreement
from .answers import MAX_BODY
from .boards import Boards
from .counts import Counts
from .fhir import bulk, capability, documents, people, planned, read
from .folds import FOLDS, Folds
from .media_figures import Ask
from .passwords import Passwords
from .readings import Readings
from .site import SITE, Handler, SignedOut, Site, Store
from .slipping_order import ORDERS_OF, Orders

STATIC = Path(telehealth.__file__).parent / "static"

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/api/link", links.exchange),
    ("GET", "/api/session", sign_in.who),
    ("PUT", "/api/check-in", check_in.check_in),
    ("POST", "/api/arriving", cockpit.arriving),
    ("GET", "/api/check-in/agreements", gate.listing),
    ("POST", "/api/check-in/agreements", gate.sign),
    ("POST", "/api/me/enter", own.knock),
    ("POST", "/api/me/pin", own.with_pin),
    ("PUT", "/api/me/pin", own_acts.change_pin),
    ("POST", "/api/me/first", own.first_time),
    ("POST", "/api/me/passkey/begin", own.ask_passkey),
    ("POST", "/api/me/passkey", own.with_passkey),
    ("POST", "/api/me/sign-out", own.sign_out),
    ("GET", "/api/me", own_facts.facts),
    ("PUT", "/api/me/settings", own_facts.settings),
    ("GET", "/api/me/data.json", own_facts.data),
    ("GET", "/api/me/data.pdf", own_facts.data_pdf),
    ("POST", "/api/me/agreements", own_acts.sign),
    ("GET", "/api/me/agreements/{signature}", own_acts.read),
    ("DELETE", "/api/me/agreements/{signature}", own_acts.revoke),
    ("DELETE", "/api/me/consents/{consent}", own_acts.revoke_consent),
    ("DELETE", "/api/me/offers/{offer}", own_acts.withdraw),
    ("POST", "/api/me/passkeys/begin", own_acts.ask_passkey),
    ("POST", "/api/me/passkeys", own_acts.add_passkey),
    ("DELETE", "/api/me/passkeys/{passkey}", own_acts.drop_passkey),
    ("POST", "/api/me/certificate", own_acts.certificate),
    ("GET", "/api/me/plan", plans.OWN.read),
    ("POST", "/api/me/plan/edits", plans.OWN.edit),
    ("POST", "/api/me/plan/versions", plans.OWN.keep),
    ("GET", "/api/me/plan/versions/{version}", plans.OWN.version),
    ("POST", "/api/me/plan/sign", plans.OWN.sign),
    ("GET", "/api/me/plan/card.pdf", plans.OWN.card),
    ("GET", "/api/plan", plans.ROOM.read),
    ("POST", "/api/plan/edits", plans.ROOM.edit),
    ("POST", "/api/plan/versions", plans.ROOM.keep),
    ("GET", "/api/plan/versions/{version}", plans.ROOM.version),
    ("POST", "/api/plan/sign", plans.ROOM.sign),
    ("GET", "/api/plan/card.pdf", plans.ROOM.card),
    ("POST", "/api/staff/sign-in", sign_in.sign_in),
    ("GET", "/api/staff/agreements", agreements.listing),
    ("POST", "/api/staff/agreements/{kind}", agreements.publish),
    ("GET", "/api/staff/agreements/{kind}/{version}", agreements.version),
    ("GET", "/api/staff/clients/{client}/consents", client_consents.listing),
    ("POST", "/api/staff/clients/{client}/consents", client_consents.witness),
    ("GET", "/api/staff/clients/{client}/consents/{signature}", client_consents.one),
    ("DELETE", "/api/staff/clients/{client}/consents/{signature}", client_consents.revoke),
    ("POST", "/api/staff/clients/{client}/offers", client_consents.offer),
    ("DELETE", "/api/staff/clients/{client}/offers/{offer}", client_consents.withdraw),
    ("POST", "/api/staff/clients/{client}/door/reset", client_consents.reset),
    ("POST", "/api/sign-out", sign_in.sign_out),
    ("GET", "/api/staff/today", today.today),
    ("GET", "/api/staff/sessions", sessions.listing),
    ("GET", "/api/staff/sessions/{session}", sessions.detail),
    ("GET", "/api/staff/sessions/{session}/presence", presence.presence),
    ("GET", "/api/staff/sessions/{session}/cockpit", cockpit.cockpit),
    ("GET", "/api/staff/sessions/{session}/crisis", crisis.cards),
    ("POST", "/api/staff/sessions/{session}/tonight", crisis.tonight),
    ("GET", "/api/staff/sessions/{session}/incidents", incidents.listing),
    ("POST", "/api/staff/sessions/{session}/incidents/{client}/note", incidents.note),
    ("POST", "/api/staff/sessions/{session}/clients/{client}/emergency", incidents.tell),
    ("GET", "/api/staff/sessions/{session}/sendings", sendings.listing),
    ("POST", "/api/staff/sessions/{session}/sendings", sendings.remind),
    ("GET", "/api/staff/schedule", series.week),
    ("GET", "/api/staff/series", series.listing),
    ("GET", "/api/formats", formats_of_meetings.listing),
    ("GET", "/api/staff/kinds", kinds.listing),
    ("POST", "/api/staff/series", series_changes.make),
    ("POST", "/api/staff/series/choices", series.choices),
    ("GET", "/api/staff/series/{series}", series.detail),
    ("PUT", "/api/staff/series/{series}", series_changes.adjust),
    ("POST", "/api/staff/series/{series}/change", series_changes.change),
    ("POST", "/api/staff/series/{series}/cancel", series_changes.cancel),
    ("POST", "/api/staff/series/{series}/hold", series_changes.hold),
    ("POST", "/api/staff/series/{series}/join", series_changes.join),
    ("POST", "/api/staff/series/{series}/leave", series_changes.leave),
    ("GET", "/api/staff/sessions/{session}/make-ups", make_ups.listing),
    ("POST", "/api/staff/sessions/{session}/make-ups", make_ups.make),
    ("GET", "/api/staff/sessions/{session}/cancel", cancelling.ahead),
    ("POST", "/api/staff/sessions/{session}/cancel", cancelling.cancel),
    ("GET", "/api/staff/closed-days", closed_days.show),
    ("PUT", "/api/staff/closed-days", closed_days.put),
    ("GET", "/api/staff/hours", hours.hours),
    ("POST", "/api/staff/sessions/{session}/sheet", papers.sheet),
    ("GET", "/api/staff/clients/{client}/letters", papers.choices),
    ("POST", "/api/staff/clients/{client}/letters", papers.letter),
    ("POST", "/api/verify", papers.verify),
    ("POST", "/api/staff/sessions/{session}/links", links.make),
    ("GET", "/api/staff/sessions/{session}/links", links.listing),
    ("DELETE", "/api/staff/links/{name}", links.revoke),
    ("GET", "/api/staff/clients/{client}/links", client_links.listing),
    ("POST", "/api/staff/clients/{client}/links", client_links.renew),
    ("POST", "/api/staff/clients/{client}/guests", client_links.new_guest),
    ("PUT", "/api/staff/clients/{client}/wish", client_links.put_wish),
    ("POST", "/api/staff/clients/{client}/feeds", feeds.new_client_feed),
    ("GET", "/api/staff/feeds", feeds.own_feeds),
    ("POST", "/api/staff/feeds", feeds.new_own_feed),
    ("DELETE", "/api/staff/feeds/{feed}", feeds.revoke),
    ("GET", "/api/me/feeds", feeds.my_feeds),
    ("POST", "/api/me/feeds", feeds.new_feed_of_mine),
    ("DELETE", "/api/me/feeds/{feed}", feeds.drop_feed_of_mine),
    ("GET", "/calendar/{token}.ics", feeds.fetch),
    ("POST", "/api/stop/{token}", stopping.stop),
    ("POST", "/api/sms/incoming", stopping.incoming),
    ("GET", "/api/staff/sessions/{session}/notes", notes.listing),
    ("GET", "/api/staff/sessions/{session}/notes/check", note_acts.check),
    ("POST", "/api/staff/sessions/{session}/notes/sign", note_acts.sign),
    ("GET", "/api/staff/sessions/{session}/notes/{about}", notes.one),
    ("PUT", "/api/staff/sessions/{session}/notes/{about}", notes.save),
    ("GET", "/api/staff/sessions/{session}/counselling", counselling.listing),
    ("POST", "/api/staff/sessions/{session}/counselling/sign", counselling.sign),
    ("GET", "/api/staff/sessions/{session}/counselling/{about}", counselling.one),
    ("PUT", "/api/staff/sessions/{session}/counselling/{about}", counselling.save),
    ("POST", "/api/staff/sessions/{session}/counselling/{about}/disclose", counselling.disclose),
    ("GET", "/api/staff/phrases", phrases.listing),
    ("PUT", "/api/staff/phrases/{phrase}", phrases.put),
    ("DELETE", "/api/staff/phrases/{phrase}", phrases.drop),
    ("GET", "/api/staff/break-glass", break_glass.status),
    ("POST", "/api/staff/break-glass", break_glass.open_),
    ("POST", "/api/staff/break-glass/find", break_glass.find),
    ("GET", "/api/staff/break-glass/reviews", break_glass.listing),
    ("GET", "/api/staff/break-glass/{opening}/notes", break_glass.notes),
    ("POST", "/api/staff/break-glass/{opening}/close", break_glass.close),
    ("POST", "/api/staff/break-glass/{opening}/review", break_glass.review),
    ("GET", "/api/staff/settings", clinic_settings.show),
    ("PUT", "/api/staff/settings/programme", clinic_settings.choose),
    ("GET", "/api/staff/settings/packs/{name}/{version}", clinic_settings.pack),
    ("GET", "/api/staff/settings/keys", clinic_settings.keys),
    ("GET", "/api/staff/settings/api-keys", clinic_settings.api_keys),
    ("POST", "/api/staff/settings/api-keys/{key}/revoke", clinic_settings.revoke),
    ("GET", "/api/staff/audit", audit.search),
    ("POST", "/api/staff/audit/find", audit.find),
    ("POST", "/api/staff/sessions/{session}/clients/{client}/packet", packet.make),
    ("POST", "/api/staff/sessions/{session}/clients/{client}/note", note_papers.note),
    ("POST", "/api/staff/clients/{client}/record", note_papers.record),
    ("GET", "/api/staff/sessions/{session}/notes/{about}/history", notes.history),
    ("POST", "/api/staff/sessions/{session}/notes/{about}/cosign", note_acts.cosign),
    ("POST", "/api/staff/sessions/{session}/notes/{about}/addenda", note_acts.addendum),
    ("POST", "/api/staff/sessions/{session}/notes/{about}/corrections", note_acts.correction),
    ("POST", "/api/staff/sessions/{session}/notes/{about}/error", note_acts.in_error),
    ("GET", "/api/staff/cosign", note_acts.queue),
    ("GET", "/api/staff/note-templates", notes.templates),
    ("POST", "/api/staff/people/clients/find", clients.find),
    ("POST", "/api/staff/people/clients", clients.new),
    ("GET", "/api/staff/people/clients/{client}", clients.one),
    ("PUT", "/api/staff/people/clients/{client}", clients.save),
    ("GET", "/api/staff/people/clients/{client}/history", clients.history),
    ("POST", "/api/staff/people/clients/{client}/supporters", clients.new_supporter),
    ("PUT", "/api/staff/people/clients/{client}/supporters/{person}", clients.save_supporter),
    ("GET", "/api/staff/people/clients/{client}/episodes", enrolment.listing),
    ("POST", "/api/staff/people/clients/{client}/episodes", enrolment.act),
    ("GET", "/api/staff/people/staff", staff_records.listing),
    ("POST", "/api/staff/people/staff", staff_records.new),
    ("PUT", "/api/staff/people/staff/{person}", staff_records.save),
    ("GET", "/api/staff/people/staff/{person}/history", staff_records.history),
    ("PUT", "/api/staff/people/tracks/{track}", staff_records.put_track),
    ("GET", "/api/staff/people/choices", staff_records.choices),
    ("POST", "/api/staff/import", import_tables.bring_in),
    ("GET", "/api/staff/sessions/{session}/scales", scales.of_session),
    ("GET", "/api/staff/clients/{client}/scales", scales.of_client),
    ("GET", "/api/me/scales", scales.of_oneself),
    ("GET", "/api/staff/clients/{client}/goals", goals.listing),
    ("POST", "/api/staff/clients/{client}/goals", goals.add),
    ("POST", "/api/staff/clients/{client}/goals/{goal}/close", goals.close),
    ("GET", "/api/staff/clients/{client}/plan", plans.STAFF.read),
    ("POST", "/api/staff/clients/{client}/plan/edits", plans.STAFF.edit),
    ("POST", "/api/staff/clients/{client}/plan/versions", plans.STAFF.keep),
    ("GET", "/api/staff/clients/{client}/plan/versions/{version}", plans.STAFF.version),
    ("POST", "/api/staff/clients/{client}/plan/versions/{version}/countersign", plans.countersign),
    ("GET", "/api/staff/clients/{client}/plan/card.pdf", plans.STAFF.card),
    ("GET", "/api/staff/materials", materials.listing),
    ("POST", "/api/staff/materials", materials.add),
    ("PUT", "/api/staff/materials/{material}", materials.save),
    ("GET", "/api/staff/materials/{material}/pages/{page}", materials.page),
    ("GET", "/api/staff/materials/{material}/pdf", materials.pdf),
    ("GET", "/api/staff/sessions/{session}/made", handouts.made),
    ("GET", "/api/sessions/{session}/slides/{material}", handouts.deck),
    ("GET", "/api/sessions/{session}/slides/{material}/{page}", handouts.slide),
    ("GET", "/api/sessions/{session}/handouts/{material}", handouts.handout),
    ("GET", "/api/me/handouts", handouts.mine),
    ("GET", "/api/me/handouts/{session}/{material}", handouts.my_handout),
    ("GET", "/api/staff/caseload", caseload.caseload),
    ("GET", "/api/staff/clients/{client}/engagement", staying.show),
    ("POST", "/api/staff/clients/{client}/outreach", staying.reach_out),
    ("POST", "/api/staff/clients/{client}/certifications", staying.certify),
    ("POST", "/api/staff/clients/{client}/orders", staying.order),
    ("POST", "/api/staff/clients/{client}/courts", staying.court),
    *(
        ("POST", f"/api/staff/clients/{{client}}/{where}/{{entry}}/withdraw", staying.withdrawing(where))
        for where in staying.WITHDRAWABLE
    ),
    ("GET", "/api/staff/reports/census", reports.census),
    ("GET", "/api/staff/reports/attendance", reports.attendance),
    ("GET", "/api/staff/reports/sizes", reports.sizes),
    ("GET", "/api/staff/reports/retention", reports.retention_),
    ("GET", "/api/v1/attendance", attendance.attendance),
    ("GET", "/api/v1/notes", notes_v1.notes),
    ("GET", "/api/v1/sessions", schedule.sessions),
    ("GET", "/api/v1/sessions/{session}", schedule.session),
    ("POST", "/api/v1/corrections", corrections.say),
    ("GET", "/api/v1/corrections", corrections.listing),
    ("POST", "/api/staff/sessions/{session}/attest", corrections.attest),
    ("GET", "/api/v1/exports/{export}", disclosures.of_export),
    ("GET", "/api/v1/clients/{client}/disclosures", disclosures.of_client),
    ("GET", "/api/v1/clients/{client}/coverage", coverage.show),
    ("POST", "/api/v1/clients/{client}/coverage", coverage.put),
    ("POST", "/api/v1/clients/{client}/levels", coverage.put_level),
    ("POST", "/api/v1/clients/{client}/coverage/{entry}/end", coverage.end),
    ("GET", "/api/v1/openapi.json", openapi.show),
    ("POST", smart.TOKEN_PATH, smart.token),
    ("GET", "/.well-known/smart-configuration", smart.configuration),
    ("GET", "/fhir/.well-known/smart-configuration", smart.configuration),
    ("GET", "/fhir/metadata", capability.show),
    ("GET", "/fhir/Encounter", read.search),
    ("GET", "/fhir/Encounter/{id}", read.one),
    ("GET", "/fhir/Appointment", planned.appointments),
    ("GET", "/fhir/Appointment/{id}", planned.appointment_one),
    ("GET", "/fhir/Group", planned.groups),
    ("GET", "/fhir/Group/{id}", planned.group_one),
    ("GET", "/fhir/Patient/{id}", people.patient),
    ("GET", "/fhir/Practitioner/{id}", people.practitioner),
    ("GET", "/fhir/Schedule", planned.schedules),
    ("GET", "/fhir/Schedule/{id}", planned.schedule_one),
    ("GET", "/fhir/{kind:DocumentReference|Composition}", documents.search),
    ("GET", "/fhir/{kind:DocumentReference|Composition}/{id}", documents.one),
    *((method, f"/fhir/{path}$export", bulk.begin) for path in ("", "Patient/") for method in ("GET", "POST")),
    ("GET", "/fhir/bulk/{job}", bulk.status),
    ("DELETE", "/fhir/bulk/{job}", bulk.delete),
    ("GET", "/fhir/bulk/{job}/{file}", bulk.file),
    ("GET", "/healthz", health.healthz),
    ("GET", "/readyz", health.readyz),
    ("GET", "/metrics", health.metrics),
    *(("GET", path, static.entry) for path in static.PAGES),
    ("GET", "/assets/{name}", static.asset),
    ("GET", "/{name}", static.beside),
)


def build(
    store: Store,
    clock: Clock,
    *,
    public_url: str,
    zone: str,
    agreement: Agreement,
    policies: Mapping[str, Policy],
    level: LevelOfCare | None = None,
    rules: packs.Packs | None = None,
    lists: words.Words | None = None,
    timetable: Timetable | None = None,
    via: str = "log",
    ahead: Ahead = NOTHING_AHEAD,
    ways: frozenset[Channel] = BY_MAIL,
    sms_secret: str = "",
    office: str = "Attendance office",
    clinic_phone: str = "",
    programme: str = "main",
    behind_proxy: bool = False,
    static: Path = STATIC,
    registry: CollectorRegistry | None = None,
    signed_out: SignedOut | None = None,
    media_figures: Ask | None = None,
    break_glass_minutes: int = 60,
    demo: bool = False,
) -> web.Application:
    """The application, ready to be served. It closes what it opened, but not the store."""
    known = rules or packs.load()
    app = web.Application(client_max_size=MAX_BODY, middlewares=[errors.calm])
    app[SITE] = Site(
        store=store,
        clock=clock,
        public_url=public_url.rstrip("/"),
        behind_proxy=behind_proxy,
        zone=ZoneInfo(zone),
        programme=ProgrammeId(programme),
        agreement=agreement,
        book=agreement_book.load(),
        policies=policies,
        timetable=timetable or packs.NO_TIMETABLE,
        via=via,
        ahead=ahead,
        ways=ways,
        sms_secret=sms_secret,
        office=office,
        clinic_phone=clinic_phone,
        level=level or known.levels_of_care[packs.LEVEL],
        packs=known,
        words=lists or words.load(),
        static=static,
        counts=Counts(registry),
        passwords=Passwords(),
        readings=Readings(store.audit, clock),
        signed_out=signed_out,
        media_figures=media_figures,
        demo=demo,
        break_glass_minutes=break_glass_minutes,
        notice=notice.latest(),
    )
    app[clinic_settings.COUNTING] = clinic_settings.Counting()
    app[FOLDS] = Folds(app[SITE].store.logs)
    app[today.BOARDS] = Boards(app[SITE], app[FOLDS])
    orders = app[ORDERS_OF] = Orders(app[SITE])
    app.on_response_prepare.append(headers.put)
    app.cleanup_ctx.append(_threads)
    app.cleanup_ctx.append(bulk.tasks)
    app.cleanup_ctx.append(orders.ending)
    for method, path, handler in ROUTES:
        if method == "GET":
            # HEAD is for pages; an export that is only measured would still be read and written to the audit log.
            app.router.add_get(path, handler, allow_head=not path.startswith(("/api/", "/fhir/")))
        else:
            app.router.add_route(method, path, handler)
    return app


async def _threads(app: web.Application) -> AsyncIterator[None]:
    yield
    app[SITE].passwords.close()


def runner(app: web.Application, *, stop_within: float = 0.5) -> web.AppRunner:
    """Serves `app` without a log of addresses: no access log, and aiohttp's own complaints only as far as they are
    ours to mend (it names the peer's address with each malformed request). Answers under way get `stop_within` seconds
    at the end."""
    quiet = logging.getLogger("telehealth.edge.http")
    quiet.addFilter(_names_nobody)
    return web.AppRunner(app, access_log=None, logger=quiet, keepalive_timeout=75, shutdown_timeout=stop_within)


def _names_nobody(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Error handling request")
