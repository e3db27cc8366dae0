"""The lists that a clinic may change: the shipped ones, its own, and what is wrong with one."""

from pathlib import Path

import pytest

from telehealth import words


def test_the_shipped_lists_have_words_in_both_languages() -> None:
    """Each code once, in English and Spanish; an interpreter asks for a language."""
    lists = words.load()
    for entries in (lists.needs, lists.reasons):
        assert len({one.code for one in entries}) == len(entries)
        assert all(set(one.label) == {"en", "es"} for one in entries)
    assert {"captions", "interpreter:"} <= lists.need_codes
    assert sorted(one.teds or 0 for one in lists.reasons) == [1, 2, 3, 4, 5, 6, 7]
    assert "transferred" in lists.reason_codes


def test_a_clinic_s_own_list_stands_in_its_place(tmp_path: Path) -> None:
    """In the folder `lists`; what it does not have stays the shipped one, and a mistake is named with its file."""
    (tmp_path / "lists").mkdir()
    own = tmp_path / "lists" / words.NEEDS
    own.write_text('[[need]]\ncode = "parking"\nlabel = { en = "Parking" }\n')
    assert words.load(tmp_path).need_codes == {"parking"}
    assert words.load(tmp_path).reasons == words.load().reasons
    for text in ("[[need", '[[need]]\ncode = "x"\n'):
        own.write_text(text)
        with pytest.raises(ValueError, match=r"needs\.toml"):
            words.load(tmp_path)
