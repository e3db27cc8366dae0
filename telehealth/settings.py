"""All that an operator decides: one frozen value, read once from a mapping (the environment) at start.

It owns the names, defaults and limits of the settings and refuses unsafe or senseless values with one sentence. It
never reads the environment itself: `cli` hands it in. Every field has one sentence under it, and docs/configuration.md
has a row for every one (a test compares them). The name of a setting is its field's name in capitals after
`TELEHEALTH_`; only `REDIS_URL` has a name of its own, because hosting tools set it under that name.
"""

import base64
import binascii
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
NOBODY = "none"
"""Instead of a timetable."""
LOG_LEVELS = ("debug", "info", "warning", "error")


class Unsafe(Exception):
    """A setting that cannot be used. The message is one sentence for the operator and never holds a secret's value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """See docs/configuration.md."""

    host: str = "127.0.0.1"
    """The address that the web server listens on."""
    port: int = 8080
    """The TCP port that the web server listens on."""
    public_url: str = ""
    """Where browsers reach the server, such as https://sessions.example.org; empty is http://HOST:PORT."""
    behind_proxy: bool = False
    """Whether a reverse proxy is in front, whose `X-Forwarded-For` and `X-Forwarded-Proto` are to be believed."""
    data: Path = Path("data")
    """The folder of the embedded Redis, the key file and the demo's credentials."""
    redis_url: str = field(default="", repr=False)
    """An outside Redis (REDIS_URL); empty is the embedded one."""
    redis_unsafe: bool = False
    """Use an outside Redis although its configuration may lose acknowledged writes."""
    key: str = field(default="", repr=False)
    """The 32-byte key that seals private fields, in base64 (older ones may follow); empty is the data folder's file."""
    programme: str = "main"
    """The id of the programme that the command line works on."""
    demo_weeks: int = 6
    """How many weeks of invented history `serve --demo` begins with; none in a folder that has some already."""
    zone: str = "America/New_York"
    """The IANA time zone of the facility, which decides the date of service."""
    grace: int = 60
    """Seconds for which the seat of somebody whose connection was lost is kept."""
    policies: Path | None = None
    """A folder with rule packs of the clinic's own (attendance policies among them), beside the shipped ones."""
    policy: str = "iop-default/1"
    """The attendance policy, as NAME/VERSION, that judges new sessions."""
    level_of_care: str = "asam-2-1-adult/1"
    """The level of care, as NAME/VERSION, against whose weekly hours the staff pages hold attendance."""
    nudges: str = "iop-nudges/2"
    """The timetable, as NAME/VERSION, by which clients who are late are reminded; `none` reminds nobody by itself."""
    reminders: str = "iop-reminders/1"
    """The timetable, as NAME/VERSION, by which clients are reminded before a session; `none` reminds nobody."""
    messages: str = "neutral/2"
    """The texts, as NAME/VERSION, of messages to clients."""
    notifier: str = "log"
    """How messages to clients go out: `smtp`, or `log`, which tells nobody and only writes that one was due."""
    smtp_url: str = ""
    """The mail server: smtp://HOST:587 (STARTTLS) or smtps://HOST:465 (TLS); plain only to this machine."""
    smtp_user: str = ""
    """The name under which we sign in there; empty does not sign in."""
    smtp_password: str = field(default="", repr=False)
    """The password that goes with it."""
    smtp_from: str = ""
    """The address that messages come from; its domain should not tell what kind of clinic it is."""
    sms_url: str = field(default="", repr=False)
    """The SMS gateway that takes a text message by POST; empty: clients get none."""
    sms_auth: str = field(default="", repr=False)
    """The header by which we sign in there, such as `Authorization: Bearer ...`."""
    sms_body: str = '{"to": "{to}", "text": "{text}", "id": "{id}"}'
    """The JSON that it wants, with `{to}`, `{text}` and, if it likes, `{id}`."""
    sms_secret: str = field(default="", repr=False)
    """By which the gateway signs in here when it hands on what clients answer (STOP); empty: it hands on nothing."""
    break_glass: int = 60
    """Minutes for which a client's notes can be opened in an emergency: the usual time and the longest."""
    office: str = "Attendance office"
    """The name under which letters and sheets are issued; a neutral one tells nobody what kind of clinic it is."""
    clinic_phone: str = ""
    """The number at which clients reach the clinic, as it stands in their own plans; empty leaves it out there."""
    media_workers: int = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    """How many media worker processes `telehealth serve` starts; at least two, unless other machines run them (0)."""
    media_host: tuple[str, ...] = ("0.0.0.0",)  # noqa: S104  what proves nothing gets no answer there
    """The addresses that the media workers' UDP sockets are bound to."""
    media_port: int = 0
    """The UDP port of the first media worker, the next has the next; 0 lets the system choose."""
    media_addresses: tuple[str, ...] = ()
    """The IP addresses at which browsers reach the media workers; none finds this machine's own."""
    media_most_rooms: int = 100
    """Rooms of one media worker; one that has as many takes no new one."""
    media_most_peers: int = 200
    """Connected pages of one media worker; one that has as many takes no new room."""
    media_drain: int = 60
    """Seconds after SIGTERM for which `telehealth media` goes on with the rooms that it has; then they move."""
    media_control: str = ""
    """Where `telehealth media` listens for nodes on other machines, as tcp:HOST:PORT; empty is a unix socket."""
    media_secret: str = field(default="", repr=False)
    """What nodes and media workers of several machines prove to each other; empty is a new one at each start."""
    turn_urls: tuple[str, ...] = ()
    """TURN relays for networks that let no UDP through, such as turn:turn.example.org:3478?transport=tcp."""
    turn_secret: str = field(default="", repr=False)
    """The secret that the relays know as `static-auth-secret`; needed with `turn_urls`."""
    webhook_loopback: bool = False
    """Whether a webhook's endpoint may be on this machine, over http: for trials."""
    log_level: str = "info"
    """The least serious log line that is written: debug, info, warning or error."""

    @property
    def base_url(self) -> str:
        """Where browsers reach the server, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def redis_folder(self) -> Path:
        """The embedded Redis's own folder: what a backup holds, without the key."""
        return self.data / "redis"

    @property
    def key_file(self) -> Path:
        """Where the key is kept when it is not in the environment."""
        return self.data / "key"


def name_of(setting: str) -> str:
    """The environment variable of a field."""
    return "REDIS_URL" if setting == "redis_url" else f"TELEHEALTH_{setting.upper()}"


def read(environment: Mapping[str, str]) -> Settings:
    """The settings that `environment` gives, checked. Raises `Unsafe`."""
    known = {name_of(f.name): f.name for f in fields(Settings)}
    unknown = [name for name in environment if name.startswith("TELEHEALTH_") and name not in known]
    if unknown:
        raise Unsafe(f"{unknown[0]} is not a setting; docs/configuration.md lists them.")
    values = {known[name]: _PARSE[known[name]](name, environment[name]) for name in known if environment.get(name)}
    # Each parser gives the type of its field.
    settings = Settings(**values)  # type: ignore[arg-type]
    _check(settings)
    return settings


def _text(name: str, value: str) -> str:
    return value.strip()


def _path(name: str, value: str) -> Path:
    return Path(value).absolute()


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def parse(name: str, value: str) -> int:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise Unsafe(f"{name} must be a whole number from {least} to {most}.")
        return int(value)

    return parse


def _yes(name: str, value: str) -> bool:
    if value not in ("yes", "no"):
        raise Unsafe(f"{name} must be yes or no.")
    return value == "yes"


def _url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.path not in ("", "/") or parts.query:
        raise Unsafe(f"{name} must be like https://sessions.example.org, without a path.")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise Unsafe(f"{name} must begin with https:// (browsers give no camera, and nothing is private, over http).")
    return value.rstrip("/")


def _smtp_url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("smtp", "smtps") or parts.path not in ("", "/") or parts.query:
        raise Unsafe(f"{name} must be like smtp://mail.example.org:587 or smtps://mail.example.org.")
    if parts.username or parts.password:
        raise Unsafe(f"{name} must hold no name and no password: TELEHEALTH_SMTP_USER and TELEHEALTH_SMTP_PASSWORD do.")
    return value.rstrip("/")


def _sms_url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.username or parts.password or parts.fragment:
        raise Unsafe(f"{name} must be like https://sms.example.org/messages; TELEHEALTH_SMS_AUTH signs in there.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise Unsafe(f"{name} must begin with https:// (http only to this machine).")
    return value


def _mail_address(name: str, value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", value):
        raise Unsafe(f"{name} must be an address such as appointments@example.org.")
    return value


def _among(*words: str) -> Callable[[str, str], str]:
    def parse(name: str, value: str) -> str:
        if value not in words:
            raise Unsafe(f"{name} must be {' or '.join(words)}.")
        return value

    return parse


def _redis_url(name: str, value: str) -> str:
    if urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise Unsafe(f"{name} must begin with redis://, rediss:// or unix://.")
    return value


def _key(name: str, value: str) -> str:
    for part in value.replace(",", " ").split():
        try:
            key = base64.b64decode(part, validate=True)
        except binascii.Error:
            key = b""
        if len(key) != 32:
            raise Unsafe(f"{name} must be 32 random bytes in base64 (openssl rand -base64 32).")
    return value


def _programme(name: str, value: str) -> str:
    if not value.isascii() or not value.replace("-", "").replace("_", "").isalnum() or len(value) > 64:
        raise Unsafe(f"{name} must be at most 64 letters, digits, dashes and underscores, and must not name anybody.")
    return value


def _zone(name: str, value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise Unsafe(f"{name} must be an IANA time zone such as America/Chicago.") from None
    return value


def _addresses(name: str, value: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_address(part.strip())) for part in value.split(","))
    except ValueError:
        raise Unsafe(f"{name} must be IP addresses, separated by commas (host names are not looked up).") from None


def _turn_urls(name: str, value: str) -> tuple[str, ...]:
    urls = tuple(part.strip() for part in value.split(","))
    if not all(url.startswith(("turn:", "turns:")) for url in urls):
        raise Unsafe(f"{name} must begin with turn: or turns:, such as turn:turn.example.org:3478?transport=tcp.")
    return urls


def _control(name: str, value: str) -> str:
    kind, _, rest = value.partition(":")
    host, _, port = rest.rpartition(":")
    if kind != "tcp" or not host or not port.isdigit():
        raise Unsafe(f"{name} must be like tcp:10.0.0.5:7000.")
    return value


def _level(name: str, value: str) -> str:
    if value not in LOG_LEVELS:
        raise Unsafe(f"{name} must be one of {', '.join(LOG_LEVELS)}.")
    return value


_PARSE: dict[str, Callable[[str, str], object]] = {
    "host": _text,
    "port": _whole(1, 65535),
    "public_url": _url,
    "behind_proxy": _yes,
    "data": _path,
    "redis_url": _redis_url,
    "redis_unsafe": _yes,
    "key": _key,
    "programme": _programme,
    "zone": _zone,
    "grace": _whole(5, 600),
    "demo_weeks": _whole(0, 52),
    "break_glass": _whole(5, 1440),
    "policies": _path,
    "policy": _text,
    "level_of_care": _text,
    "nudges": _text,
    "reminders": _text,
    "messages": _text,
    "notifier": _among("log", "smtp"),
    "smtp_url": _smtp_url,
    "smtp_user": _text,
    "smtp_password": _text,
    "smtp_from": _mail_address,
    "sms_url": _sms_url,
    "sms_auth": _text,
    "sms_body": _text,
    "sms_secret": _text,
    "office": _text,
    "clinic_phone": _text,
    "media_workers": _whole(0, 64),
    "media_host": _addresses,
    "media_port": _whole(0, 65000),
    "media_addresses": _addresses,
    "media_most_rooms": _whole(1, 10_000),
    "media_most_peers": _whole(1, 10_000),
    "media_drain": _whole(0, 6 * 3600),
    "media_control": _control,
    "media_secret": _text,
    "turn_urls": _turn_urls,
    "turn_secret": _text,
    "webhook_loopback": _yes,
    "log_level": _level,
}


def _check(settings: Settings) -> None:
    """What no single setting can tell."""
    if settings.media_workers == 1:
        raise Unsafe("TELEHEALTH_MEDIA_WORKERS must be at least 2: when one dies, the other carries its rooms.")
    if settings.media_workers == 0 and not settings.redis_url:
        raise Unsafe("TELEHEALTH_MEDIA_WORKERS=0 needs REDIS_URL, by which workers of other machines are found.")
    if settings.media_control and len(settings.media_secret) < 32:
        raise Unsafe("TELEHEALTH_MEDIA_CONTROL needs TELEHEALTH_MEDIA_SECRET of at least 32 characters.")
    if settings.turn_urls and len(settings.turn_secret) < 16:
        raise Unsafe("TELEHEALTH_TURN_URLS needs TELEHEALTH_TURN_SECRET of at least 16 characters.")
    if settings.notifier == "smtp" and not (settings.smtp_url and settings.smtp_from):
        raise Unsafe("TELEHEALTH_NOTIFIER=smtp needs TELEHEALTH_SMTP_URL and TELEHEALTH_SMTP_FROM.")
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        raise Unsafe("TELEHEALTH_SMTP_USER and TELEHEALTH_SMTP_PASSWORD go together.")
    if settings.sms_secret and len(settings.sms_secret) < 24:
        raise Unsafe("TELEHEALTH_SMS_SECRET must have at least 24 characters.")
    if settings.host not in LOOPBACK and not settings.public_url:
        raise Unsafe(
            "TELEHEALTH_HOST opens the server to other machines: TELEHEALTH_PUBLIC_URL must say its https:// address."
        )
