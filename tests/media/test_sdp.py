"""SDP: real offers are answered in their own m-lines, odd ones understood, broken ones refused."""

import re
from pathlib import Path

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given, settings
from hypothesis import strategies as st

from telehealth.media import rtp, sdp
from telehealth.media.answer import Local, answer

HERE = Path(__file__).parent
CHROMIUM = (HERE / "chromium_offer.sdp").read_bytes().decode()
SIMULCAST = (HERE / "chromium_simulcast_offer.sdp").read_bytes().decode()
LOCAL = Local("ufrag", "p" * 22, ":".join(["AB"] * 32), [("192.0.2.7", 5000), ("127.0.0.1", 5000)])


def parsed(text: str) -> sdp.Offer:
    offer = sdp.parse(text)
    assert isinstance(offer, sdp.Offer)
    return offer


def answered(text: str) -> str:
    offer = parsed(text)
    return answer(offer, LOCAL, {section.mid: (1000 + at, 2000 + at) for at, section in enumerate(offer.sections)})


def section_of(answer: str, mid: str) -> str:
    return next(section for section in answer.split("\r\nm=") if f"a=mid:{mid}\r\n" in section + "\r\n")


def test_a_real_chromium_offer_is_understood() -> None:
    """Microphone, camera, screen and slots are found in the order of the contract, with SSRCs and payload types."""
    offer = parsed(CHROMIUM)
    assert [(one.kind, one.source, one.slot) for one in offer.sections] == [
        ("audio", "microphone", False),
        ("video", "camera", False),
        ("video", "screen", False),
        *[("audio", "", True)] * 2,
        *[("video", "", True)] * 2,
    ]
    microphone, camera = offer.sections[:2]
    assert (microphone.payload_type, microphone.ssrc) == (111, 3951828783)
    assert (camera.payload_type, camera.rtx_payload_type) == (96, 97)
    assert (camera.ssrc, camera.rtx_ssrc) == (3471336840, 1018380708)
    assert microphone.extension_id(rtp.AUDIO_LEVEL) == 1
    assert offer.allow_mixed


def test_a_microphone_that_announces_stereo_is_asked_for_music() -> None:
    """`sprop-stereo=1` in the microphone's section gets stereo and no pauses; slots do not."""
    offer = CHROMIUM.replace("useinbandfec=1", "useinbandfec=1; sprop-stereo=1;stereo=1")
    assert [section.music for section in parsed(offer).sections] == [True, *[False] * 6]
    assert [section.music for section in parsed(CHROMIUM).sections] == [False] * 7
    wanted = "a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=128000"
    assert wanted in section_of(answered(offer), "0")
    assert wanted not in section_of(answered(offer), "3")


def test_the_answer_is_one_bundle_of_an_ice_lite_server() -> None:
    """ICE-lite, passive DTLS, candidates for each advertised address in the first section, all sections bundled."""
    answer = answered(CHROMIUM)
    lines = answer.split("\r\n")
    assert "a=ice-lite" in lines
    assert "a=extmap-allow-mixed" in lines
    assert "a=group:BUNDLE 0 1 2 3 4 5 6" in lines
    assert {line.split()[4] for line in lines if line.startswith("a=candidate")} == {"192.0.2.7", "127.0.0.1"}
    assert lines.count("a=setup:passive") == 7
    assert lines.count("a=rtcp-mux") == 7
    read = SessionDescription.parse(answer)
    assert [(one.kind, one.direction) for one in read.media] == [
        ("audio", "recvonly"),
        ("video", "recvonly"),
        ("video", "recvonly"),
        *[("audio", "sendonly")] * 2,
        *[("video", "sendonly")] * 2,
    ]
    assert {codec.name for one in read.media for codec in one.rtp.codecs} == {"opus", "red", "VP8", "rtx"}


def test_sound_is_answered_with_silence_suppression_and_fec() -> None:
    """Opus is answered with usedtx and useinbandfec."""
    assert "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1" in section_of(answered(CHROMIUM), "0")


def test_slots_have_an_ssrc_and_a_stream_of_their_own() -> None:
    """Each slot names its SSRC and msid, so the browser fires one track with a stable stream per slot."""
    answer = answered(CHROMIUM)
    assert "a=ssrc:1003 cname:slot-3" in section_of(answer, "3")
    assert "a=msid:slot-5 slot-5" in section_of(answer, "5")
    assert "a=ssrc:" not in section_of(answer, "1")


def test_only_extensions_that_are_read_are_accepted() -> None:
    """No orientation (phones then turn their pictures themselves), no playout delay; mid and transport-cc."""
    camera = section_of(answered(CHROMIUM), "1")
    assert {line.split()[1] for line in camera.split("\r\n") if line.startswith("a=extmap:")} == {
        rtp.MID,
        rtp.RID,
        rtp.REPAIRED_RID,
        rtp.TRANSPORT_CC,
    }


def test_an_extension_offered_with_a_direction_is_answered_with_the_other() -> None:
    """Firefox offers `extmap:9/sendonly`."""
    text = CHROMIUM.replace("a=extmap:1 urn", "a=extmap:9/sendonly urn")
    assert parsed(text).sections[0].extension_id(rtp.AUDIO_LEVEL) == 9
    assert f"a=extmap:9/recvonly {rtp.AUDIO_LEVEL}" in section_of(answered(text), "0")


def test_simulcast_is_answered_with_the_offers_own_rids() -> None:
    """An offer with rids gets them back in its order, with the extensions that name its streams."""
    offer = parsed(SIMULCAST)
    assert (offer.sections[1].source, offer.sections[1].ssrc) == ("camera", 0)
    assert offer.sections[1].rids == ("l", "h")
    camera = section_of(answered(SIMULCAST), "1").split("\r\n")
    assert [line for line in camera if line.startswith("a=rid:")] == ["a=rid:l recv", "a=rid:h recv"]
    assert "a=simulcast:recv l;h" in camera
    assert {rtp.RID, rtp.REPAIRED_RID} < {line.split()[1] for line in camera if line.startswith("a=extmap:")}


@pytest.mark.parametrize(
    ("offered", "rids"),
    [
        ("send ~l;h", ("l", "h")),
        ("recv x send l,h", ("l",)),
        ("send l;x", ()),
        ("send l;l", ()),
        ("recv l;h", ()),
        ("send", ()),
    ],
)
def test_odd_simulcast_is_understood_or_declined(offered: str, rids: tuple[str, ...]) -> None:
    """Paused and alternative streams are taken by their rid; what names no described stream is declined as a whole."""
    assert parsed(SIMULCAST.replace("send l;h", offered)).sections[1].rids == rids


def test_slots_are_protected_against_loss() -> None:
    """Retransmission with its own SSRC for video, RED for sound (first, so that a microphone sends it), and
    transport-wide feedback for both."""
    answer = answered(CHROMIUM)
    video, audio, microphone = (section_of(answer, mid) for mid in ("5", "3", "0"))
    assert "a=ssrc-group:FID 1005 2005" in video
    assert "a=ssrc:2005 cname:slot-5" in video
    assert "a=fmtp:97 apt=96" in video
    assert "a=fmtp:63 111/111" in audio
    assert " 63 111\r\n" in microphone
    assert "a=rtpmap:63 red/48000/2" in microphone
    for section in (video, audio):
        assert f" {rtp.TRANSPORT_CC}" in section
        assert "transport-cc\r\n" in section + "\r\n"


def test_an_m_line_that_cannot_be_used_is_rejected_in_place() -> None:
    """A data channel keeps its place with port 0 and is no part of the bundle."""
    text = CHROMIUM + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:data\r\n"
    answer = answered(text)
    assert "m=application 0 UDP/DTLS/SCTP webrtc-datachannel" in answer
    assert "a=group:BUNDLE 0 1 2 3 4 5 6\r\n" in answer


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: "", "malformed"),
        (lambda text: text.replace("m=", "m", 1), "malformed"),
        (lambda text: text.split("m=")[0], "no_media"),
        (lambda text: re.sub(r"a=fingerprint.*\r\n", "", text), "malformed"),
        (lambda text: re.sub(r"a=ice-ufrag.*\r\n", "", text), "malformed"),
        (lambda text: text.replace("a=setup:actpass", "a=setup:passive"), "malformed"),
        (lambda text: text.replace("a=mid:1\r\n", "a=mid:0\r\n"), "malformed"),
        (lambda text: text.replace("a=mid:1\r\n", ""), "malformed"),
        (lambda text: text.replace("VP8", "VP7").replace("opus", "opium"), "no_media"),
        (lambda text: text.replace("a=group:BUNDLE", "a=group:LS"), "no_media"),
        (lambda text: text + "a=x\r\n" * 60000, "malformed"),
        (lambda text: text.replace("a=extmap:1 ", "a=extmap:x "), "malformed"),
        (lambda text: text + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:n\r\n" * 60, "malformed"),
        (lambda text: text.replace("a=mid:3", "a=mid:3\x0b"), "malformed"),
    ],
)
def test_what_is_no_usable_offer_is_refused_by_code(change: object, code: str) -> None:
    """Each way to break an offer gives its code and no exception."""
    assert callable(change)
    assert sdp.parse(change(CHROMIUM)) == sdp.Refusal(code)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_input_makes_the_parser_raise(data: st.DataObject) -> None:
    """Lines of a real offer, dropped, repeated, cut and filled with anything, are answered or refused."""
    lines = CHROMIUM.split("\r\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "repeat", "cut", "fill"])):
            case "drop":
                del lines[at]
            case "repeat":
                lines.insert(at, lines[at])
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, 20))]
            case "fill":
                lines[at] = lines[at][: data.draw(st.integers(0, 9))] + data.draw(st.text(max_size=20))
        if not lines:
            break
    offer = sdp.parse("\r\n".join(lines))
    if isinstance(offer, sdp.Offer):
        answer(offer, LOCAL, {section.mid: (1, 2) for section in offer.sections})
