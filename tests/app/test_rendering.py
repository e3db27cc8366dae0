"""What becomes of a PDF that somebody uploads: pages that a phone can wait for, or one plain no."""

import io
import zlib

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from telehealth import rendering
from telehealth.core.materials import MAX_BYTES, MAX_PAGES

pytestmark = pytest.mark.asyncio


def slides(*titles: str, size: tuple[float, float] = (960, 540)) -> bytes:
    """A PDF with a page for each title."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=size)
    for title in titles:
        canvas.setFont("Helvetica-Bold", 40)
        canvas.drawString(40, size[1] - 80, title)
        canvas.setFont("Helvetica", 22)
        for line in range(10):
            canvas.drawString(40, size[1] - 140 - 32 * line, "A craving rises, peaks and falls: breathe and count.")
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def raw(*objects: bytes) -> bytes:
    """A PDF of these objects, the first being its catalogue."""
    written = b"%PDF-1.7\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(written))
    )


def bomb(megabytes: int) -> bytes:
    """One page whose drawing is this long, and a thousandth of it as a file."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = b"\x78\xda" + one * megabytes + b"\x03\x00"
    return raw(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /Contents 4 0 R>>",
        b"<</Filter /FlateDecode /Length %d>>stream\n%s\nendstream" % (len(data), data),
    )


async def test_pages_become_images_and_texts() -> None:
    """Each page at 1,600 pixels in fewer than 90 kB, with its text line by line."""
    found = await rendering.pages(slides("Urge surfing", "Señales de alerta"))
    assert [one.text.splitlines()[0] for one in found] == ["Urge surfing", "Señales de alerta"]
    for page in found:
        image = Image.open(io.BytesIO(page.image))
        assert (image.format, image.size) == ("WEBP", (1_600, 900))
        assert (page.size.width, page.size.height) == image.size
        assert len(page.image) < 90_000
        assert image.convert("L").getextrema() == (0, 255), "something is drawn on it"


async def test_the_size_of_a_page_is_ours() -> None:
    """A page of two miles and one of a stamp both come as large as a screen, upright ones upright."""
    (wide,) = await rendering.pages(slides("Huge", size=(14_400, 7_200)))
    (small,) = await rendering.pages(slides("Tiny", size=(60, 90)))
    assert (wide.size.width, wide.size.height) == (1_600, 800)
    assert small.size.height == 1_600


@pytest.mark.parametrize(
    "foreign",
    [
        b"",
        b"MZ\x90\x00 not a PDF",
        b"%PDF-1.7\nnothing more",
        slides("cut")[:900],
        b"%PDF-" + bytes(MAX_BYTES),
        raw(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [] /Count 0>>"),
        raw(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [2 0 R] /Count 9>>"),
    ],
    ids=["empty", "other", "head", "cut", "large", "pageless", "circle"],
)
async def test_what_is_no_pdf_or_too_much_is_one_plain_no(foreign: bytes) -> None:
    """Rubbish, a file cut off, one that is too large, one without pages, one that is its own page."""
    with pytest.raises(rendering.Unreadable):
        await rendering.pages(foreign)


async def test_a_file_that_unpacks_to_more_than_there_is_harms_nobody() -> None:
    """A megabyte and a half that unpacks to one and a half thousand: the child ends at its bound, soon."""
    assert len(bomb(1_500)) < MAX_BYTES // 8
    with pytest.raises(rendering.Unreadable):
        await rendering.pages(bomb(1_500))


async def test_a_page_that_cannot_be_drawn_ends_with_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that takes longer than it may is given up, and the next one is drawn."""
    monkeypatch.setattr(rendering, "WITHIN", 0.01)
    with pytest.raises(rendering.Unreadable):
        await rendering.pages(slides("late"))
    monkeypatch.undo()
    assert len(await rendering.pages(slides("next"))) == 1


async def test_more_pages_than_a_material_may_have_are_said() -> None:
    """So that whoever uploads knows what to do."""
    with pytest.raises(rendering.TooManyPages):
        await rendering.pages(slides(*["x"] * (MAX_PAGES + 1)))
