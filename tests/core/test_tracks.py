"""Tracks: one of a code replaces another, and whoever is shown a code is shown its title."""

from telehealth.core.tracks import USUAL, Track, titled, with_track


def test_a_track_replaces_that_of_its_code_or_comes_last() -> None:
    """The order stays; nothing is lost."""
    renamed = with_track(USUAL, Track("evening", "Nights"))
    assert [track.code for track in renamed] == [track.code for track in USUAL]
    assert titled(renamed)["evening"] == "Nights"
    assert with_track(USUAL, Track("early", "Early"))[-1].title == "Early"
