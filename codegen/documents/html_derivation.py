"""A derivation as HTML: one item of a list for each line, all of it to be folded away behind its result."""

from __future__ import annotations

from .display import relation, row
from .document import Chain, Line
from .html_text import Page, flowing, folded, numbered, running
from .markup import element, escaped
from .mathml import mathml
from .measure import width

LONGEST_LEFT = 7.0
REASON_ROOM = 27.0
"""Up to this width, in em, a line has its reason beside it."""
TICK = "✓"


def derivation(chain: Chain, heading: str, page: Page) -> str:
    """The lines of a chain behind a summary: the heading, and when folded the left side with the last line."""
    steps = escaped(page.words.count(len(chain.lines)))
    result = folded(row(chain.left, relation(), chain.lines[-1].right))
    summary = element("summary", heading + element("span", steps, class_="count") + result)
    long = width(chain.left) > LONGEST_LEFT
    left = flowing(chain.left, "left", page) if long else element("div", mathml(chain.left, True), class_="left")
    lines = "\n".join(_line(line, left if n == 0 else "", page) for n, line in enumerate(chain.lines))
    listing = element("ol", f"\n{lines}\n", class_="chain long" if long else "chain")
    return element("details", f"\n{summary}\n{listing}\n", open=True, class_="derivation")


def _line(line: Line, left: str, page: Page) -> str:
    """One line; the left side stands in the first one only."""
    parts = (
        left,
        flowing(row(relation(), line.right), "right", page),
        element("div", running(line.reason, page), class_="reason"),
        element("div", _mark(line, page), class_="mark"),
    )
    wide = width(line.right) > REASON_ROOM
    return element("li", "".join(parts), id=f"eq-{line.number}", class_="wide" if wide else None)


def _mark(line: Line, page: Page) -> str:
    """The tick of a checked line, and the number of every line."""
    tick = element("span", TICK, class_="tick", role="img", aria_label=page.words.checked) if line.checked else ""
    return f"{tick} {numbered(line.number, page)}"
