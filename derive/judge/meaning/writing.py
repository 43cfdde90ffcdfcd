"""From a tree of the plain language to its text; reading the text gives the tree back."""

from __future__ import annotations

from ...errors import UnknownNode
from ...forward.plain import Level
from ...forward.syntax import Call, Entry, Inverse, Minus, Node, Number, Plus, Power, Times


def written(node: Node) -> str:
    """The text of a tree."""
    return _text(node)[0]


def _text(node: Node) -> tuple[str, Level]:
    match node:
        case Number(value):
            if value < 0:
                return f"-{_held(Number(-value), Level.PRODUCT)}", Level.MINUS
            return str(value), Level.ATOM if value.denominator == 1 else Level.PRODUCT
        case Entry(name, subscripts):
            return name + _subscripts(subscripts), Level.ATOM
        case Call(name, (Entry(letter, ()), body), _, (), bound) if bound is not None:
            return f"{name}({letter} < {bound}, {written(body)})", Level.ATOM
        case Call(name, arguments, order, subscripts):
            inner = ", ".join(map(written, arguments))
            return f"{name}{chr(39) * order}({inner}){_subscripts(subscripts)}", Level.ATOM
        case Plus(terms):
            return _sum(terms), Level.SUM
        case Minus(of):
            return f"-{_held(of, Level.PRODUCT)}", Level.MINUS
        case Times(factors):
            return _product(factors), Level.PRODUCT
        case Inverse(of):
            return f"1/{_held(of, Level.POWER)}", Level.PRODUCT
        case Power(base, exponent):
            return f"{_held(base, Level.ATOM)}^{_held(exponent, Level.ATOM)}", Level.POWER
    raise UnknownNode(node, "the plain language")


def _held(node: Node, level: Level) -> str:
    text, own = _text(node)
    return text if own >= level else f"({text})"


def _subscripts(subscripts: tuple[Node, ...]) -> str:
    return f"[{','.join(written(s).replace(' ', '') for s in subscripts)}]" if subscripts else ""


def _sum(terms: tuple[Node, ...]) -> str:
    text = _held(terms[0], Level.MINUS)
    for term in terms[1:]:
        text += f" - {_held(term.of, Level.PRODUCT)}" if isinstance(term, Minus) else f" + {_held(term, Level.PRODUCT)}"
    return text


def _product(factors: tuple[Node, ...]) -> str:
    text = ""
    for factor in factors:
        below = isinstance(factor, Inverse)
        part = _held(factor.of if isinstance(factor, Inverse) else factor, Level.POWER)
        if isinstance(factor, Number) and factor.value.denominator != 1 and not text:
            part = str(factor.value)
        text = f"{text}/{part}" if text and below else f"{text}*{part}" if text else f"1/{part}" if below else part
    return text
