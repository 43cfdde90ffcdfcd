"""The display tree as LaTeX; amsmath and bm are all it needs."""

from __future__ import annotations

from .display import (
    GREEK,
    KNOWN_FUNCTIONS,
    BigOperator,
    Delimiter,
    Fraction,
    Group,
    Node,
    Operator,
    Root,
    Row,
    Scripts,
    Space,
    Symbol,
    Text,
)

OPERATORS = {
    "+": " + ", "−": " - ", "=": " = ", ">": " > ", "<": " < ", ":=": " := ",
    "⊙": r" \odot ", "⊤": r"\top ", "·": r" \cdot ", "←": r" \leftarrow ",
    "→": r" \to ", "∂": r"\partial ", ",": ", ", "…": r" \dots ", "∈": r" \in ", "×": r" \times ",
}  # fmt: skip
SPACES = {"product": " ", "thin": r"\, ", "quad": r"\quad ", "function": " "}
OPENING = {"()": ("(", ")"), "[]": ("[", "]"), "||": ("|", "|")}
SIZES = ("", r"\big", r"\Big", r"\bigg")


def latex_math(node: Node) -> str:
    """The LaTeX of a display tree, for use within mathematics."""
    match node:
        case Row(items):
            return "".join(latex_math(item) for item in items)
        case Symbol():
            return _symbol(node)
        case Scripts():
            return _scripts(node)
        case Fraction(over, under, style):
            return _fraction(latex_math(over), latex_math(under), style)
        case Group(body, kind, size):
            left, right = OPENING[kind]
            return bracket(left, True, size) + latex_math(body) + bracket(right, False, size)
        case Delimiter(text, opens, size):
            return bracket(text, opens, size)
        case BigOperator(kind, lower, upper):
            return rf"\{kind}_{{{latex_math(lower).replace(' = ', '=')}}}^{{{latex_math(upper)}}}"
        case Root(body):
            return rf"\sqrt{{{latex_math(body)}}}"
        case Operator(text, kind):
            sign = OPERATORS.get(text, text)
            return _prefix(sign) if kind == "prefix" else sign
        case Space(kind):
            return SPACES[kind]
        case Text(text):
            return rf"\text{{{escape(text)}}}"
    raise TypeError(f"{type(node).__name__} is not known to the LaTeX writer")


def bracket(text: str, opens: bool, size: int) -> str:
    """A bracket of one of the fixed sizes, as an opening or a closing one."""
    side = "l" if opens else "r"
    if text == "|" and not size:
        return r"\lvert " if opens else r"\rvert "
    return f"{SIZES[size]}{side}{text}" if size else text


def escape(text: str) -> str:
    """Plain text with the characters that LaTeX reads as commands made harmless."""
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(c) or (rf"\{c}" if c in "&%$#_{}" else c) for c in text)


def _prefix(sign: str) -> str:
    """A sign in front of what it belongs to, with no space of its own."""
    sign = sign.strip()
    return f"{sign} " if sign[-1].isalpha() else sign


def _symbol(symbol: Symbol) -> str:
    name = rf"\{symbol.text}" if symbol.text in GREEK else escape(symbol.text)
    match symbol.style:
        case "indicator":
            return r"\mathbf{1}"
        case "function":
            known = symbol.text in KNOWN_FUNCTIONS
            return rf"\{symbol.text}" if known else rf"\operatorname{{{escape(symbol.text)}}}"
        case "bold":
            slanted = symbol.text in GREEK and symbol.text[0].islower()
            return rf"\bm{{{name}}}" if slanted else rf"\mathbf{{{name}}}"
        case "upright" if not symbol.text[0].isdigit() and symbol.text not in GREEK:
            return rf"\mathrm{{{name}}}"
    return name.replace("…", r"\ldots ")


def _scripts(node: Scripts) -> str:
    text = latex_math(node.base)
    text += "'" * node.primes
    text += f"_{_braced(node.sub)}" if node.sub else ""
    return text + (f"^{_braced(node.sup)}" if node.sup else "")


def _braced(node: Node) -> str:
    text = latex_math(node).strip()
    return text if len(text) == 1 else f"{{{text}}}"


def _fraction(over: str, under: str, style: str) -> str:
    if style == "slash":
        return f"{over}/{under}"
    return rf"\{'tfrac' if style == 'small' else 'frac'}{{{over}}}{{{under}}}"
