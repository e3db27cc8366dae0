"""Signalling: who may open a socket, what each message asks of a room, and an acknowledgement for every one.

`_answer` is the one place where an outcome becomes an acknowledgement: done, refused, malformed, too late, or a bug of
ours. Whatever happens a page is answered within 5 seconds, because a page that is not answered waits for ever, and a
handler that hangs holds up the pongs of its own page.

Must not touch: rules (`core` decides), the log (`live` appends), packets (`sockets.py` guards). Only ids and codes may
be logged or counted here.
"""

import asyncio
import hmac
import logging
import secrets
import unicodedata
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Literal, assert_never

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge
from socketio.exceptions import ConnectionRefusedError as Unwelcome

from telehealth.clock import Clock
from telehealth.core import commands as ask
from telehealth.core.access_table import staff_role
from telehealth.core.breakouts import proposed, remembered
from telehealth.core.events import Outcome, Quiet, Risk, Waiver
from telehealth.core.ids import ConnectionId, MemberNumber, Millis, PersonId, SessionId, TabId
from telehealth.core.records import Session, SignedInAs
from telehealth.core.refusals import Code, Refusal
from telehealth.core.roles import Action, Role, may, part
from telehealth.core.room import Standing
from telehealth.edge import messages as wire
from telehealth.edge.browser import Browsers, cookie_name
from telehealth.edge.page import Page, chat_line
from telehealth.edge.sockets import CHANNEL, PATH, TOO_LARGE, UNREADABLE, Channel, Server
from telehealth.live.line import Why
from telehealth.live.room_task import RoomTask
from telehealth.live.rooms import Rooms
from telehealth.live.stopping import stop
from telehealth.store import ports

log = logging.getLogger(__name__)

ANSWER_WITHIN, OFFER_WITHIN = 2.5, 4.5
"""Seconds. Pages give up after 5. The store's own patience is 2; a worker's answer to an offer may take longer."""
JOIN_WAITS_FOR_MEDIA = 0.5
"""Seconds that the answer to a join waits for the media worker; the page is in the room already."""
CLOSE_WITHIN = 2.0
"""Seconds at the end for what is being written down."""
LOOK_AT_SIGN_INS = 5.0
"""Seconds between two looks whether a page's browser is still signed in."""


class Signalling:
    """The signalling door of one node.

    `signed_out` is called when a browser signs out or its link is revoked. `close` comes before `Rooms.close`.
    """

    def __init__(
        self,
        rooms: Rooms,
        sessions: ports.Sessions,
        browsers: Browsers,
        clock: Clock,
        *,
        allowed_origins: Sequence[str],
        secure: bool,
        ice_servers: Callable[[], list[wire.IceServer]] = list,
        registry: CollectorRegistry | None = None,
    ) -> None:
        self._rooms = rooms
        self._sessions = sessions
        self._browsers = browsers
        self._clock = clock
        self._cookie = cookie_name(https=secure)
        self._ice_servers = ice_servers
        self._pages: dict[str, Page] = {}
        """By the library's sid."""
        self._background: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self.registry = registry if registry is not None else CollectorRegistry()
        self._messages = Counter(
            "telehealth_signalling_messages_total",
            "Messages by outcome",
            ["message", "outcome"],
            registry=self.registry,
        )
        self._closed = Counter(
            "telehealth_signalling_closed_total", "Sockets that the server closed", ["why"], registry=self.registry
        )
        self._open = Gauge("telehealth_signalling_open", "Signed-in sockets", registry=self.registry)
        self._server = Server(list(allowed_origins))
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server.on("*", self._message)

    def attach(self, app: web.Application) -> None:
        """Serve under `/signal/` and close with the application."""
        self._server.attach(app, PATH)
        app.on_startup.append(self._start)
        app.on_shutdown.append(self._stop)

    async def _start(self, app: web.Application) -> None:
        self._watching = asyncio.create_task(self._watch_sign_ins(), name="watch sign-ins")

    async def _stop(self, app: web.Application) -> None:
        await self.close()

    async def close(self) -> None:
        """Ask every page to come back in a moment, and stop."""
        for page in list(self._pages.values()):
            self._say_bye(page, "restart")
        if self._watching:
            await stop(self._watching)
        if self._background:
            await asyncio.wait(self._background, timeout=CLOSE_WITHIN)
        await self._server.shutdown()

    # --- coming and going

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        """Raises `Unwelcome` with a refusal code, and never anything else (a TypeError would run it twice)."""
        channel: Channel = environ[CHANNEL]
        request: web.Request = environ["aiohttp.request"]
        csrf = auth.get("csrf") if isinstance(auth, dict) else None
        code = Code.NOT_SIGNED_IN
        try:
            cookie = request.cookies.get(self._cookie, "")
            browser = await self._browsers.find(cookie)
            if browser and isinstance(csrf, str) and hmac.compare_digest(csrf.encode(), browser.csrf.encode()):
                connection = ConnectionId(secrets.token_urlsafe(12))
                page = Page(connection, channel, cookie, browser, asyncio.get_running_loop().time())
                channel.admitted(lambda: self._closed.labels("too_slow").inc())
                self._pages[sid] = page
                self._open.set(len(self._pages))
                return
        except ports.Unavailable:
            code = Code.NOT_NOW
        except Exception:
            log.exception("a socket could not be opened")
            code = Code.INTERNAL
        self._closed.labels(code).inc()
        channel.soon_gone()
        raise Unwelcome(code.value)

    async def _disconnect(self, sid: str, reason: str) -> None:
        page = self._pages.pop(sid, None)
        self._open.set(len(self._pages))
        if page is None:
            return
        page.channel.soon_gone()
        clean = reason == "client disconnect" or page.channel.closed_by_peer
        room = self._room_of(page)
        if room is not None:
            self._spawn(room.lose(page.connection, clean=clean and page.said_bye is None))

    async def signed_out(self, *, link: str = "", csrf: str = "") -> None:
        """This link was revoked, or this browser signed out: its pages are out at once."""
        for page in list(self._pages.values()):
            if (link and page.web.link == link) or (csrf and page.web.csrf == csrf):
                await self._sign_out(page)

    async def _watch_sign_ins(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AT_SIGN_INS)
            try:
                for page in list(self._pages.values()):
                    if await self._browsers.find(page.cookie) is None:
                        await self._sign_out(page)
            except ports.Unavailable:
                pass  # nobody is signed out because the store is away
            except Exception:  # a bug here may not leave revoked links unnoticed for ever
                log.exception("sign-ins could not be looked at")

    async def _sign_out(self, page: Page) -> None:
        """They leave the room, too: nobody stays to be seen and heard who is not signed in."""
        room = self._room_of(page)
        self._say_bye(page, "signed_out")
        if room is not None:
            await room.do(ask.Leave(self._clock.now(), page.connection), page.connection, secrets.token_urlsafe(12))

    def _say_bye(self, page: Page, why: Why) -> None:
        if page.said_bye is None:
            self._closed.labels(why).inc()
            page.bye(why)

    def _room_of(self, page: Page) -> RoomTask | None:
        return self._rooms.live(page.session) if page.session else None

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    # --- messages

    async def _message(self, name: str, sid: str, *bodies: object) -> dict[str, Any]:
        page = self._pages.get(sid)
        if page is None or page.said_bye is not None:
            return _refused(Code.NOT_SIGNED_IN)
        page.begin_answer()
        try:
            return await self._count_and_answer(page, name, bodies[0] if bodies else {})
        finally:
            page.end_answer()

    async def _count_and_answer(self, page: Page, name: str, body: object) -> dict[str, Any]:
        answer: msgspec.Struct | Refusal = Refusal(Code.TOO_MANY)
        if page.may_send(name, asyncio.get_running_loop().time()):
            answer = await self._answer(page, name, body)
        outcome = answer.code.value if isinstance(answer, Refusal) else "done"
        self._messages.labels(name if name in wire.ASKS else "other", outcome).inc()
        if outcome in (Code.MALFORMED, Code.UNKNOWN_MESSAGE, Code.TOO_LARGE):
            page.count_malformed()
        if page.persists:
            self._say_bye(page, "too_many")
        if isinstance(answer, Refusal):
            return _refused(answer.code)
        return msgspec.to_builtins(answer)  # type: ignore[no-any-return]  # a struct becomes a dict

    async def _answer(self, page: Page, name: str, body: object) -> msgspec.Struct | Refusal:
        """What the page is answered, whatever happens."""
        if name in (UNREADABLE, TOO_LARGE):
            return Refusal(Code.TOO_LARGE if name == TOO_LARGE else Code.MALFORMED)
        try:
            message = wire.parse(name, body)
        except KeyError:
            return Refusal(Code.UNKNOWN_MESSAGE)
        except (msgspec.ValidationError, RecursionError):
            return Refusal(Code.MALFORMED)
        try:
            async with asyncio.timeout(OFFER_WITHIN if isinstance(message, wire.Offer) else ANSWER_WITHIN):
                answer = await self._heed(page, message)
        except (TimeoutError, ports.Unavailable):
            return Refusal(Code.NOT_NOW)
        except Exception:
            log.exception("message %s could not be answered", name)
            return Refusal(Code.INTERNAL)
        return wire.Done(ok=True) if answer is None else answer

    async def _heed(self, page: Page, message: wire.AnyAsk) -> msgspec.Struct | Refusal | None:
        """Ask the room what the page asks."""
        if isinstance(message, wire.Join):
            return await self._join(page, message)
        room = self._room_of(page)
        if room is None:
            return Refusal(Code.NOT_IN_ROOM)
        me = page.connection
        match message:
            case wire.Beat():
                if not room.beat(me):
                    return Refusal(Code.NOT_IN_ROOM)
                return wire.BeatAnswer(ok=True, at=self._clock.now())
            case wire.View():
                return room.look(me, [(tile.member, tile.width) for tile in message.tiles], message.saving)
            case wire.Offer():
                answer = await room.offer(me, message.sdp)
                if isinstance(answer, Refusal):
                    return answer
                sdp, epoch = answer
                return wire.OfferAnswer(ok=True, sdp=sdp, epoch=epoch)
            case wire.Chat():
                text = plain(message.text)
                return await room.say(me, message.to, text, message.op) if text else Refusal(Code.MALFORMED)
            case wire.Remembered():
                return await self._remembered(room, me)
            case wire.Use():
                return await room.use(me, message.move, message.op)
            case _:
                return await room.do(_command(message, self._clock.now(), me), me, message.op)

    async def _join(self, page: Page, message: wire.Join) -> wire.JoinAnswer | Refusal:
        session, tab = SessionId(message.session), TabId(message.tab)
        if page.session not in (None, session) or page.tab not in ("", tab):
            return Refusal(Code.NOT_ALLOWED)  # one socket, one page, one session
        record = await self._sessions.get(page.web.programme, session)
        if record is None:
            return Refusal(Code.NO_SUCH_THING)
        role = await self._role(page, record)
        if isinstance(role, Refusal):
            return role
        if record.cancelled:
            return Refusal(Code.CANCELLED)
        page.session, page.tab = session, tab
        with page.joining():
            return await self._let_in(page, message, record, role)

    async def _let_in(self, page: Page, message: wire.Join, record: Session, role: Role) -> wire.JoinAnswer | Refusal:
        entry = await self._rooms.enter(
            record,
            page.web.person,
            role,
            page,
            message.op,
            microphone=message.microphone,
            camera=message.camera,
            chat_after=message.chat_after,
        )
        if isinstance(entry, Refusal):
            return entry
        lines = [chat_line(said, alias) for said, alias in entry.chat]
        media = await self._media(page, message.offer)
        room = self._room_of(page)
        tools = page.answered(room.tools(page.connection)) if room else []
        return wire.JoinAnswer(
            ok=True, room=entry.room, chat=lines, tools=tools, ice_servers=self._ice_servers(), media=media
        )

    async def _media(self, page: Page, offer: str) -> wire.OfferAnswer | None:
        """What the offer of a page that has just joined is answered. It is in the room without media, too."""
        room = self._room_of(page)
        if not offer or room is None:
            return None
        with suppress(TimeoutError):
            async with asyncio.timeout(JOIN_WAITS_FOR_MEDIA):
                answer = await room.offer(page.connection, offer)
                if not isinstance(answer, Refusal):
                    return wire.OfferAnswer(ok=True, sdp=answer[0], epoch=answer[1])
        return None

    async def _remembered(self, room: RoomTask, me: ConnectionId) -> wire.RememberedAnswer | Refusal:
        """Who was in which breakout room the last time: in this session, or else when the group last met."""
        asker = room.room.by_connection(me)
        if asker is None or asker.standing is not Standing.SEATED:
            return Refusal(Code.NOT_IN_ROOM)
        if not may(asker.role, Action.BREAKOUTS):
            return Refusal(Code.NOT_ALLOWED)
        before = remembered(room.room)
        source: Literal["", "session", "meeting"] = "session"
        if not before:
            source = "meeting"
            before = await self._rooms.of_last_meeting(self._sessions, room.programme, room.session)
        placed = [wire.Placed(number, where) for number, where in proposed(room.room, before).items()]
        return wire.RememberedAnswer(ok=True, source=source if placed else "", placed=placed)

    async def _role(self, page: Page, session: Session) -> Role | Refusal:
        """The person's part in this session: staff by its record; others by their link, once they have checked in."""
        person = page.web.person
        if page.web.kind is SignedInAs.STAFF:
            if person not in (*session.facilitators, *session.cofacilitators):
                return Refusal(Code.NOT_ALLOWED)
            return part(staff_role(page.web), leads=person in session.facilitators)
        if page.web.session != session.id:
            return Refusal(Code.NOT_ALLOWED)
        if person not in await self._sessions.check_ins(page.web.programme, session.id):
            return Refusal(Code.CHECK_IN_MISSING)
        return page.web.role


_Commanding = (
    wire.SetMedia
    | wire.SetHand
    | wire.Admit
    | wire.Waive
    | wire.Remove
    | wire.HoldBack
    | wire.LookIn
    | wire.AllowBack
    | wire.Mute
    | wire.Lock
    | wire.Break
    | wire.Aside
    | wire.OpenBreakouts
    | wire.Place
    | wire.MoreTime
    | wire.Recall
    | wire.Announce
    | wire.WantHost
    | wire.Privacy
    | wire.Moment
    | wire.Spotlight
    | wire.SetQuiet
    | wire.AskUnmute
    | wire.LowerHands
    | wire.PassLead
    | wire.CallHelp
    | wire.AnswerHelp
    | wire.MarkRisk
    | wire.ApproveLeave
    | wire.MarkNoShow
    | wire.TakeStep
    | wire.CloseAlarm
    | wire.Leave
    | wire.End
)


def _command(message: _Commanding, at: Millis, by: ConnectionId) -> ask.Command:
    """The room command that a message stands for."""
    match message:
        case wire.SetMedia():
            return ask.SetMedia(at, by, message.microphone, message.camera, message.screen)
        case wire.SetHand():
            return ask.SetHand(at, by, message.raised)
        case wire.Admit():
            members = None if message.members is None else tuple(MemberNumber(m) for m in message.members)
            return ask.Admit(at, by, members)
        case wire.Waive():
            return ask.WaiveConsent(at, by, MemberNumber(message.member), Waiver(message.reason))
        case wire.Remove():
            return ask.Remove(at, by, MemberNumber(message.member))
        case wire.HoldBack():
            return ask.HoldBack(at, by, MemberNumber(message.member))
        case wire.LookIn():
            return ask.LookIn(at, by, MemberNumber(message.member), message.on)
        case wire.AllowBack():
            return ask.AllowBack(at, by, MemberNumber(message.member))
        case wire.Mute():
            return ask.MuteOthers(at, by, None if message.member is None else MemberNumber(message.member))
        case wire.Lock():
            return ask.SetLock(at, by, message.locked)
        case wire.Break():
            return ask.StartBreak(at, by) if message.on else ask.EndBreak(at, by)
        case wire.Aside():
            whom = tuple(MemberNumber(m) for m in message.members)
            return ask.MoveAside(at, by, whom) if message.on else ask.MoveBack(at, by, whom)
        case wire.OpenBreakouts():
            length = None if message.minutes is None else message.minutes * 60_000
            return ask.OpenBreakouts(at, by, message.rooms, _placed(message.placed), length)
        case wire.Place():
            return ask.PlaceMembers(at, by, _placed(message.placed))
        case wire.MoreTime():
            return ask.ExtendBreakouts(at, by, message.minutes * 60_000)
        case wire.Recall():
            return ask.CloseBreakouts(at, by)
        case wire.Announce():
            return ask.Announce(at, by, message.on)
        case wire.WantHost():
            return ask.WantHost(at, by, message.on)
        case wire.Privacy():
            return ask.HoldPrivacy(at, by, MemberNumber(message.member), message.on)
        case wire.Moment():
            return ask.SetMoment(at, by, message.on)
        case wire.Spotlight():
            return ask.SetSpotlight(at, by, None if message.member is None else MemberNumber(message.member))
        case wire.SetQuiet():
            return ask.SetQuiet(at, by, Quiet(message.mode))
        case wire.AskUnmute():
            return ask.AskUnmute(at, by, MemberNumber(message.member), message.on)
        case wire.LowerHands():
            return ask.LowerHands(at, by, None if message.member is None else MemberNumber(message.member))
        case wire.PassLead():
            return ask.PassLead(at, by, MemberNumber(message.member))
        case wire.CallHelp():
            return ask.CallHelp(at, by)
        case wire.AnswerHelp():
            return ask.AnswerHelp(at, by, MemberNumber(message.member))
        case wire.MarkRisk():
            return ask.MarkRisk(at, by, MemberNumber(message.member), Risk(message.risk))
        case wire.ApproveLeave():
            return ask.ApproveLeave(at, by, MemberNumber(message.member), message.on)
        case wire.MarkNoShow():
            return ask.MarkNoShow(at, by, PersonId(message.person), message.on)
        case wire.TakeStep():
            return ask.TakeStep(at, by, MemberNumber(message.member), message.step, Outcome(message.outcome))
        case wire.CloseAlarm():
            return ask.CloseAlarm(at, by, MemberNumber(message.member))
        case wire.Leave():
            return ask.Leave(at, by)
        case wire.End():
            return ask.End(at, by)
        case _:
            assert_never(message)


def _placed(placed: Sequence[wire.Placed]) -> tuple[tuple[MemberNumber, int], ...]:
    return tuple((MemberNumber(one.member), one.room) for one in placed)


def plain(text: str) -> str:
    """Chat text as it may be shown: NFC, without control characters (but line breaks) and bidirectional overrides,
    which can make a message read as something that nobody wrote."""
    shown = (c for c in unicodedata.normalize("NFC", text) if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(c for c in shown if not ("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069")).strip()


def _refused(code: Code) -> dict[str, Any]:
    return {"ok": False, "code": code.value}
