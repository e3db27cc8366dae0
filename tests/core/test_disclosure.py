"""Who may be told: each kind of consent opens what it names and nothing else, from its date to its end."""

from dataclasses import replace

import pytest

from telehealth.core.disclosure import (
    TPO,
    Consent,
    ConsentKind,
    Ground,
    GroundKind,
    Lawful,
    Matter,
    Purpose,
    Why,
    judge,
    judge_counselling,
    missing,
)
from telehealth.core.ids import PersonId, ProgrammeId

P = ProgrammeId("p")
TPO_CONSENT = Consent(
    id="c1",
    programme=P,
    client=PersonId("bob"),
    kind=ConsentKind.TPO,
    discloser="the programme",
    description="attendance and billing records",
    recipient="",
    purposes=(Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS),
    expires=None,
    expires_event="end of treatment",
    signed_by="Bob",
    signed=1_000,
    revocation_told=True,
)
NAMED = replace(
    TPO_CONSENT, id="c2", kind=ConsentKind.NAMED, recipient="acme", purposes=(Purpose.PAYMENT,), expires=9_000
)
COURT = replace(
    TPO_CONSENT, id="c3", kind=ConsentKind.COURT, recipient="county-court", purposes=(Purpose.COURT,), expires=9_000
)
AUDIT = Ground("g1", P, GroundKind.AUDIT, "state-audit", (Purpose.AUDIT,), "agreement 7", 1_000, 9_000)


def test_a_tpo_consent_opens_treatment_payment_and_operations_to_any_recipient() -> None:
    """The class wording of 2.31(a)(4)(ii) names nobody; it opens neither a court nor an audit."""
    for purpose in TPO:
        yes = judge("anybody", purpose, [TPO_CONSENT], [], 2_000)
        assert yes == Lawful(
            "consent_tpo:c1",
            "42 CFR 2.33(a)(1)",
            "consent c1: attendance, for treatment, payment, operations, until end of treatment or revoked",
        )
    assert judge("anybody", Purpose.COURT, [TPO_CONSENT], [], 2_000) is Why.OTHER_PURPOSE
    assert judge("anybody", Purpose.AUDIT, [TPO_CONSENT], [], 2_000) is Why.OTHER_PURPOSE


@pytest.mark.parametrize(
    ("change", "recipient", "purpose", "at", "why"),
    [
        ({}, "acme", Purpose.PAYMENT, 999, Why.NOT_YET),
        ({}, "acme", Purpose.PAYMENT, 9_000, Why.EXPIRED),
        ({"revoked": 5_000}, "acme", Purpose.PAYMENT, 5_000, Why.REVOKED),
        ({}, "other", Purpose.PAYMENT, 2_000, Why.OTHER_RECIPIENT),
        ({}, "acme", Purpose.TREATMENT, 2_000, Why.OTHER_PURPOSE),
    ],
)
def test_a_named_consent_is_for_its_recipient_purpose_and_time(
    change: dict[str, int], recipient: str, purpose: Purpose, at: int, why: Why
) -> None:
    """Half-open, [signed, expires), and until the moment of revocation."""
    assert isinstance(judge("acme", Purpose.PAYMENT, [NAMED], [], 8_999), Lawful)
    assert isinstance(judge("acme", Purpose.PAYMENT, [replace(NAMED, revoked=5_000)], [], 4_999), Lawful)
    assert judge(recipient, purpose, [replace(NAMED, **change)], [], at) is why


def test_what_was_signed_for_attendance_opens_no_note() -> None:
    """A consent or a ground opens the parts of the record that it names; its scope says which. Part of the record it
    must name."""
    more = replace(NAMED, covers=(Matter.ATTENDANCE, Matter.NOTES))
    assert judge("acme", Purpose.PAYMENT, [NAMED], [], 2_000, Matter.NOTES) is Why.OTHER_MATTER
    yes = judge("acme", Purpose.PAYMENT, [more], [], 2_000, Matter.NOTES)
    assert isinstance(yes, Lawful)
    assert yes.scope == "consent c2: attendance, notes, for payment, until its date or revoked"
    assert judge("state-audit", Purpose.AUDIT, [], [AUDIT], 2_000, Matter.NOTES) is Why.OTHER_MATTER
    assert isinstance(
        judge("state-audit", Purpose.AUDIT, [], [replace(AUDIT, covers=(Matter.NOTES,))], 2_000, Matter.NOTES), Lawful
    )
    assert missing(replace(NAMED, covers=())) == ("covers",)


def test_kinds_never_stand_in_for_each_other() -> None:
    """A court needs its own consent; a ground is for the purpose that it names."""
    assert isinstance(judge("county-court", Purpose.COURT, [TPO_CONSENT, COURT], [], 2_000), Lawful)
    assert judge("county-court", Purpose.PAYMENT, [COURT], [], 2_000) is Why.OTHER_PURPOSE
    yes = judge("state-audit", Purpose.AUDIT, [], [AUDIT], 2_000)
    assert yes == Lawful("audit_evaluation:g1", "42 CFR 2.53", "audit_evaluation g1: attendance, for audit")
    assert judge("state-audit", Purpose.AUDIT, [], [replace(AUDIT, revoked=1)], 2_000) is Why.REVOKED
    assert judge("x", Purpose.PAYMENT, [], [], 2_000) is Why.NONE


def test_a_legal_proceeding_is_always_refused() -> None:
    """Whatever is signed: that needs a compliance officer and an order (2.61-2.67)."""
    signed = replace(NAMED, purposes=(Purpose.LEGAL,))
    assert judge("acme", Purpose.LEGAL, [signed], [AUDIT], 2_000) is Why.LEGAL


def test_the_nearest_miss_is_told() -> None:
    """Of several bases that do not fit, the one that once did explains the refusal."""
    gone = replace(NAMED, revoked=1_500)
    assert judge("acme", Purpose.PAYMENT, [COURT, gone], [AUDIT], 2_000) is Why.REVOKED


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"client": ""}, "client"),
        ({"discloser": " "}, "discloser"),
        ({"description": ""}, "description"),
        ({"recipient": ""}, "recipient"),
        ({"recipient": "Not A Code"}, "recipient"),
        ({"purposes": ()}, "purposes"),
        ({"purposes": (Purpose.LEGAL,)}, "purposes"),
        ({"purposes": (Purpose.COURT,)}, "purposes"),
        ({"revocation_told": False}, "revocation_told"),
        ({"expires": None, "expires_event": ""}, "expires"),
        ({"signed_by": ""}, "signed_by"),
        ({"signed": 0}, "signed"),
        ({"expires": 1_000}, "signed"),
    ],
)
def test_a_consent_lacks_what_2_31_asks_for(change: dict[str, object], lacks: str) -> None:
    """Every element of 2.31(a) is needed; a TPO consent may leave the recipient open."""
    assert missing(NAMED) == missing(TPO_CONSENT) == missing(COURT) == ()
    assert missing(replace(NAMED, **change)) == (lacks,)  # type: ignore[arg-type]


def test_each_kind_has_its_own_purposes() -> None:
    """A TPO consent is for all three, a court's for the court."""
    assert missing(replace(TPO_CONSENT, purposes=(Purpose.PAYMENT,))) == ("purposes",)
    assert missing(replace(COURT, purposes=(Purpose.COURT, Purpose.PAYMENT))) == ("purposes",)


def test_counselling_notes_need_their_own_consent() -> None:
    """2.31(b): nothing else opens them, and their consent opens nothing else; a proceeding is refused in any case."""
    own = replace(NAMED, id="c9", kind=ConsentKind.COUNSELLING, recipient="acme", purposes=(Purpose.TREATMENT,))
    assert missing(own) == ()
    assert missing(replace(own, recipient="")) == ("recipient",)
    assert missing(replace(own, purposes=(Purpose.COURT,))) == ("purposes",)
    others = [TPO_CONSENT, replace(NAMED, purposes=(Purpose.TREATMENT,)), COURT]
    assert judge_counselling("acme", Purpose.TREATMENT, others, 2_000) is Why.NONE
    yes = judge_counselling("acme", Purpose.TREATMENT, [*others, own], 2_000)
    assert isinstance(yes, Lawful)
    assert (yes.basis, yes.section) == ("consent_counselling_notes:c9", "42 CFR 2.31(b)")
    assert "SUD counselling notes" in yes.scope
    assert judge_counselling("acme", Purpose.LEGAL, [own], 2_000) is Why.LEGAL
    assert judge_counselling("other", Purpose.TREATMENT, [own], 2_000) is Why.OTHER_RECIPIENT
    assert judge("acme", Purpose.TREATMENT, [own], [], 2_000) is Why.NONE
