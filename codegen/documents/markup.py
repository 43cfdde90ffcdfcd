"""Plain text as part of HTML, MathML or SVG: nothing in it is read as markup."""

from __future__ import annotations

import re
from html import escape

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that may not stand in HTML or in XML."""


def escaped(text: str) -> str:
    """`text` with what markup is made of written out, for content and for quoted attributes alike."""
    return escape(CONTROL.sub("\ufffd", text))


def element(name: str, content: str, **attributes: str | int | bool | None) -> str:
    """An element whose content is markup already; an attribute that is None or False is left out.

    ``class_`` and ``for_`` are the attributes of these names; an underscore within a name is a hyphen.
    """
    return f"<{name}{_written(attributes)}>{content}</{name}>"


def _written(attributes: dict[str, str | int | bool | None]) -> str:
    texts = []
    for name, value in attributes.items():
        name = name.rstrip("_").replace("_", "-")
        if value is True:
            texts.append(f" {name}")
        elif value is not None and value is not False:
            texts.append(f' {name}="{escaped(str(value))}"')
    return "".join(texts)
