"""Looking at a page as somebody does who needs contrast, names, order and room: axe, narrow screens, large targets.

axe is brought in by the debugger, not by the page: the page's own Content-Security-Policy stays on, and what it would
report would show on the console.
"""

from pathlib import Path
from typing import Any, Literal

from tests.support.browser import Person

AXE = (Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NARROW = {"width": 320, "height": 640}
"""CSS pixels of WCAG 1.4.10."""

FINDINGS = """async (rules) => {
  // Colours on their way from one theme to the other are nobody's fault.
  const changes = document.getAnimations().filter((one) => one instanceof CSSTransition);
  // Inside closed details they stand still, and would never be over.
  const late = new Promise((done) => setTimeout(done, 1000));
  await Promise.race([Promise.all(changes.map((one) => one.finished.catch(() => undefined))), late]);
  const found = await axe.run(document, {...rules, resultTypes: ["violations"]});
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.failureSummary}`));
}"""
OVERFLOW = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => `${e.tagName}.${e.className} to ${Math.round(e.getBoundingClientRect().right)}`);
}"""


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class Looks:
    """Collects what is wrong on every screen that is looked at, so that one run shows all of it."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.seen: list[str] = []

    async def look(self, person: Person, screen: str, *, narrow: bool = True) -> None:
        """axe in both themes, and no sideways scrolling at 320 px."""
        self.seen.append(screen)
        page = person.page
        await page.evaluate(AXE)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            found: list[str] = await page.evaluate(FINDINGS, RULES)
            self.faults += [f"{screen}, {scheme}: {fault}" for fault in found]
        await page.emulate_media(color_scheme="light")
        if narrow:
            size: Any = page.viewport_size
            await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
            self.faults += [f"{screen} at 320 px: {one}" for one in await page.evaluate(OVERFLOW)]
            await page.set_viewport_size(size)
