"""The audit packet: made by one server, checked anywhere; a changed byte is found and named; nobody else is in it."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from telehealth import packet_file, packs
from telehealth.core import records as rec
from telehealth.core.corrections import Correction
from telehealth.core.disclosure import Purpose
from telehealth.core.ids import PersonId
from telehealth.core.roles import Role, StaffRole
from telehealth.edge import notice
from telehealth.edge.packet import Impossible, Wanted, gather, packet_of
from telehealth.packet_check import Broken, verified
from telehealth.packet_file import Manifest, opened, packed

from .clinic import ALICE, BEN, BOB, CAROL, CHECK_IN, DAN, GROUP, MAIN, Browser, Clinic, running
from .signed import ADDED, NAME, SHARED, audited_by, evening

pytestmark = pytest.mark.asyncio(loop_scope="module")
PACKS, NOTICE = packs.load(), notice.latest()
WANTED = Wanted(MAIN, NAME, BOB, "system")
PATH = f"/api/staff/sessions/{NAME}/clients/{BOB}/packet"
OTHERS = (CAROL, DAN, "Caroline", "Vantongeren", "Carol", "Marchetti", "Daniel", f"tab-of-{CAROL}", f"socket-of-{DAN}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """Bob's note was signed although it is nearly Carol's: the answer names her. He gave his address, and his minutes
    were corrected."""
    folder: Path = tmp_path_factory.mktemp("packet")
    async with running(folder) as clinic:
        await evening(clinic, alike=True)
        check_in = rec.CheckIn(session=NAME, person=BOB, at=clinic.starts, **CHECK_IN)  # type: ignore[arg-type]
        await clinic.store.sessions.put_check_in(MAIN, check_in)
        heard = (await clinic.store.corrections.of(MAIN, [NAME]))[NAME]
        said = Correction(NAME, BOB, 170, "came by phone first", ALICE, clinic.clock.now())
        assert await clinic.store.corrections.say(MAIN, said, heard)
        yield clinic


async def _file(clinic: Clinic) -> bytes:
    return await packet_of(clinic.store, PACKS, NOTICE, WANTED, clinic.clock.now)


async def _compliance(clinic: Clinic) -> Browser:
    login = await clinic.store.people.login("ben")
    assert login is not None
    await clinic.store.people.put_login(replace(login, role=Role.FACILITATOR, staff_role=StaffRole.COMPLIANCE))
    return await clinic.staff(BEN)


def _members(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_what_it_says_can_be_made_again(clinic: Clinic) -> None:
    """Signature, chain, the row byte for byte, corrections, digests: each is a line, and the row is the stored one."""
    file = await _file(clinic)
    lines = list(verified(file, clinic.store.papers.sign(MAIN, b"")[0]))
    words = [line.partition(":")[0] for line in lines]
    assert words == ["signature", "members", "chain", "policy", "row", "counts", "note", "note", "roster", "notice"]
    assert "which is the one that was given" in lines[0]
    assert lines[2].startswith("chain: 8 of 14 links made again")
    assert "170 minutes, present, after 1 corrections" in lines[5]
    assert "with 2 later entries" in lines[7]
    members = _members(file)
    assert {"policy.toml", "check-in.json", "agreement.txt", "consents.json", "rules/notes-default-1.toml"} <= set(
        members
    )
    assert ADDED in members["note.json"].decode()
    assert SHARED.partition("<")[0] in members["note.json"].decode()
    stored = next(row for row in await clinic.store.attendance.rows_of(MAIN, NAME) if row.client == BOB)
    assert json.loads(members["row.json"])["attended_ms"] == stored.attended_ms
    log = json.loads(members["log.json"])
    assert log["head"] == stored.head
    assert [bool(one["hash"]) for one in log["entries"]][:4] == [False, False, False, False]
    assert "digest" not in json.loads(members["counts.json"])["confirmed"]
    assert json.loads(members["check-in.json"])["location_verified"] is True
    assert json.loads(members["people.json"])["staff"][ALICE]["name"] == "Alicia Thornbury"


async def test_nobody_else_is_in_it(clinic: Clinic) -> None:
    """No name, alias, id, connection or tab of another client, though a lint's answer named one; no address either."""
    file = await _file(clinic)
    group = await clinic.store.notes.get(MAIN, NAME, BOB)
    assert group is not None
    assert CAROL in repr(group.answers)
    for word in (*OTHERS, CHECK_IN["location"], CHECK_IN["contact_name"], CHECK_IN["contact_phone"]):
        assert str(word).encode() not in file, word
    people = json.loads(_members(file)["roster.json"])["people"]
    assert {one["who"] for one in people} == {BOB, ALICE, "other-1", "other-2"}
    assert [one["entered"] for one in people if one["who"].startswith("other")].count(False) == 1


async def test_the_same_record_makes_the_same_bytes(clinic: Clinic) -> None:
    """Of the same moment, with the same id."""
    made = [await packet_of(clinic.store, PACKS, NOTICE, WANTED, lambda: 1_800_000_000_000, "x") for _ in range(2)]
    assert made[0] == made[1]


async def test_a_changed_byte_in_any_member_is_found(clinic: Clinic) -> None:
    """In the file as it is, and in a file that was made again around the changed member; each time by its name."""
    file = await _file(clinic)
    members = _members(file)
    for name, body in members.items():
        at = file.index(body) + len(body) // 2
        with pytest.raises(Broken) as raw:
            list(verified(file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]))
        changed = body[: len(body) // 2] + bytes([body[len(body) // 2] ^ 1]) + body[len(body) // 2 + 1 :]
        again = packet_file._zip({**members, name: changed})
        with pytest.raises(Broken) as made:
            list(verified(again))
        named = {name, "signature.json"} if name == "manifest.json" else {name}
        assert str(raw.value).partition(":")[0] in named
        assert str(made.value).partition(":")[0] in named
    for broken in (
        file + b"x",
        b"x" + file,
        file[:-1],
        b"",
        b"PK",
        file.replace(b"\x00\x00\x21\x00", b"\x00\x00\x22\x00", 1),
    ):
        with pytest.raises(Broken):
            list(verified(broken))
    less = {name: body for name, body in members.items() if name != "note.json"}
    with pytest.raises(Broken, match=r"note\.json: is missing"):
        list(verified(packet_file._zip(less)))
    with pytest.raises(Broken, match=r"more\.txt: the manifest does not know it"):
        list(verified(packet_file._zip({**members, "more.txt": b"x"})))


def _signed_again(members: dict[str, bytes], manifest: Manifest) -> bytes:
    """By somebody with another key, who changed what they liked."""
    key = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    return packed(
        members, manifest, lambda message: (key.public_key().public_bytes_raw().hex(), key.sign(message).hex())
    )


async def test_what_does_not_fit_together_is_found_whoever_signed_it(clinic: Clinic) -> None:
    """Another key is seen by who knows the right one; and a row, a text, a correction or a log that does not follow is
    named even under a signature that holds."""
    file = await _file(clinic)
    manifest, _, members = opened(file)
    with pytest.raises(Broken, match=r"signature\.json: is of another key"):
        list(verified(_signed_again(members, manifest), clinic.store.papers.sign(MAIN, b"")[0]))
    assert list(verified(_signed_again(members, manifest)))

    def edited(name: str, before: str, after: str) -> bytes:
        text = members[name].decode()
        assert before in text, (name, before)
        return _signed_again({**members, name: text.replace(before, after, 1).encode()}, manifest)

    log = json.loads(members["log.json"])
    left = next(n for n, e in enumerate(log["entries"]) if e["fields"]["t"] == "Left")
    moved = json.loads(json.dumps(log))
    moved["entries"][left]["fields"]["at"] = str(int(moved["entries"][left]["fields"]["at"]) + 1)
    short = {**log, "entries": log["entries"][:-1]}
    for changed, says in (
        (edited("row.json", '"minutes":179', '"minutes":189'), "row.json: is not what the log gives"),
        (edited("row.json", f'"client":"{BOB}"', '"client":"id-x"'), "row.json: is of another client"),
        (
            edited("policy.toml", "absent_below_percent = 25", "absent_below_percent = 99"),
            "policy.toml: is no rule pack",
        ),
        (edited("policy.toml", "version = 1", "version = 2"), "policy.toml: is not the policy"),
        (edited("counts.json", '"minutes": 170', '"minutes": 171'), "counts.json: is not what"),
        (
            edited("note.json", "of both: took", "of both: kept"),
            "note.json: the client's section is not what was signed",
        ),
        (edited("note.json", "about the group", "about a group"), "note.json: the shared section is not"),
        (edited("roster.json", '"other-1"', '"other-9"'), "roster.json: is not the roster"),
        (edited("note.json", '"sections"', '"parts"'), "note.json: cannot be read"),
        (
            _signed_again({**members, "log.json": json.dumps(moved).encode()}, manifest),
            f"log.json: entry {left + 1} does not follow",
        ),
        (_signed_again({**members, "log.json": json.dumps(short).encode()}, manifest), "log.json: it does not end"),
        (_signed_again({**members, "log.json": b"{}"}, manifest), "log.json: cannot be read"),
        (
            _signed_again(members, msgspec.structs.replace(manifest, format="other/1")),
            "manifest.json: this release reads",
        ),
    ):
        with pytest.raises(Broken) as found:
            list(verified(changed))
        assert str(found.value).startswith(says), found.value


async def test_a_compliance_officer_makes_one(clinic: Clinic) -> None:
    """Within the programme it is an audit entry; for an auditor it is a disclosure of notes with its basis; without a
    basis, or of what is no row, it is none."""
    officer = await _compliance(clinic)
    answer = await officer.ask("POST", PATH, {})
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    assert list(verified(answer.raw))
    assert any((who, what) == (BEN, "audit.packet") and BOB in on for who, what, on in await clinic.audited())
    assert await clinic.store.ledger.of(MAIN, BOB) == []
    refused = await officer.ask("POST", PATH, {"recipient": "state-audit"})
    assert (refused.status, refused.code) == (403, "not_allowed")
    assert await clinic.store.ledger.of(MAIN, BOB) == []
    await audited_by(clinic, "state-audit")
    handed = await officer.ask("POST", PATH, {"recipient": "state-audit"})
    lines = list(verified(handed.raw))
    assert any(line.startswith("disclosed to state-audit for audit: 42 CFR 2.53") for line in lines)
    (told,) = await clinic.store.ledger.of(MAIN, BOB)
    assert (told.disclosure.recipient, told.disclosure.purpose) == ("state-audit", Purpose.AUDIT)
    for path, body, status in (
        (f"/api/staff/sessions/{NAME}/clients/nobody/packet", {}, 409),
        (f"/api/staff/sessions/{GROUP}/clients/{BOB}/packet", {}, 409),
        ("/api/staff/sessions/none/clients/x/packet", {}, 404),
        (PATH, {"recipient": "State Audit"}, 400),
    ):
        assert (await officer.ask("POST", path, body)).status == status, path
    alice = await clinic.staff()
    assert (await alice.ask("POST", PATH, {})).status == 403


async def test_of_a_record_that_does_not_hold_there_is_none(clinic: Clinic) -> None:
    """No packet gives a broken log a good signature."""
    with pytest.raises(Impossible, match="no attendance row"):
        await gather(clinic.store, PACKS, NOTICE, replace(WANTED, client=PersonId("nobody")))
    with pytest.raises(Impossible, match="rule pack iop-default/1"):
        await gather(clinic.store, packs.Packs({}), NOTICE, WANTED)
