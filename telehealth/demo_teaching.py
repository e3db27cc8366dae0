"""What the demo's staff have at hand in a room: a small set of slides with a quiz, and one client's plan in progress.

So that whoever tries it can show something in a workshop and open a plan in relapse prevention without bringing a PDF
or writing one first. Written once for a folder; what is there stays as people have left it. The slides are drawn here
and go the way of every uploaded file (rendering.py).
"""

import io

from reportlab.pdfgen.canvas import Canvas

from telehealth import rendering
from telehealth.core.ids import Millis, PersonId, ProgrammeId
from telehealth.core.materials import Material, Question
from telehealth.core.plan_forms import Form
from telehealth.core.plans import Draft, Line, Plan, keep
from telehealth.demo import Demo
from telehealth.edge.pdf import BOLD, PLAIN, fonts
from telehealth.store.redis_store import Store

SLIDE = (960.0, 540.0)
"""Points: 16 by 9."""
MATERIAL = "demo-riding-the-wave"
WRITER = 1
"""The client (of eight) who has begun a plan."""

TITLE = "Riding the wave"
_SLIDES = (
    (TITLE, ("A craving rises, stands, and falls.", "Today: what it is, and three ways to let it pass.")),
    ("What a craving is", ("A wave, not an order.", "It grows when we fight it or feed it.", "It passes, also unmet.")),
    (
        "Three ways to ride it",
        ("Name it, and rate it from 0 to 10.", "Breathe out slowly, ten times.", "Call somebody."),
    ),
)
_QUIZ = (
    Question(
        "What happens to a craving that is not acted on?",
        ("It grows without end", "It rises and passes", "It stays as it is"),
        (1,),
        "Like a wave: it has a top, and after that it falls.",
    ),
    Question(
        "What can be done while it lasts?",
        ("Call somebody", "Breathe out slowly", "Wait alone where one used to use"),
        (0, 1),
        "Being with somebody and slowing the breath both help. Places have a pull of their own.",
    ),
)
_LINES = (
    ("warning-signs", "I sleep badly for more than two nights", "", ""),
    ("warning-signs", "I stop answering my sister's calls", "", ""),
    ("trigger-places", "The bar opposite the station", "", ""),
    ("coping-steps", "Walk to the river and back", "", ""),
    ("safe-people", "Ottilie", "sister", "217-555-0188"),
    ("reasons", "To be awake on Saturday mornings with my son", "", ""),
    ("first-hour", "Leave, drink water, call Ottilie", "", ""),
)
"""Section, words, and of a person how they are related and their number."""


async def furnish(store: Store, demo: Demo, form: Form, now: Millis) -> None:
    """Slides and a plan, once for a folder."""
    programme, therapist = ProgrammeId(demo.programme), PersonId(demo.therapist)
    if await store.materials.get(programme, MATERIAL) is None:
        pdf = slides()
        pages = await rendering.pages(pdf)
        made = Material(
            MATERIAL,
            TITLE,
            "Triggers and cravings",
            "en",
            tuple(page.size for page in pages),
            len(pdf),
            sum(len(page.image) for page in pages),
            now,
            therapist,
            quiz=_QUIZ,
        )
        await store.materials.add(programme, made, pdf, [one.image for one in pages], [one.text for one in pages])
    client = PersonId(demo.clients[WRITER].person)
    revision, _ = await store.plans.draft(programme, client)
    if revision == 0:
        draft = Draft(tuple(Line(f"demo-{at}", *line) for at, line in enumerate(_LINES)))
        await store.plans.save(programme, client, draft, 0, now, actor=therapist)
        if kept := keep(Plan(1, draft), form.id, now, therapist):
            await store.plans.keep(programme, client, kept, actor=therapist)


def slides() -> bytes:
    """The PDF, the same bytes every time."""
    fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=SLIDE, pageCompression=1, invariant=1, lang="en")
    canvas.setTitle(TITLE)
    for title, lines in _SLIDES:
        canvas.setFillColorRGB(0.98, 0.97, 0.94)
        canvas.rect(0, 0, *SLIDE, stroke=0, fill=1)
        canvas.setFillColorRGB(0.15, 0.38, 0.34)
        canvas.rect(0, 0, 16, SLIDE[1], stroke=0, fill=1)
        canvas.setFont(BOLD, 46)
        canvas.drawString(80, SLIDE[1] - 130, title)
        canvas.setFillColorRGB(0.17, 0.16, 0.14)
        canvas.setFont(PLAIN, 28)
        for row, line in enumerate(lines):
            canvas.drawString(80, SLIDE[1] - 220 - row * 62, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
