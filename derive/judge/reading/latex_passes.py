"""What several pieces in a row mean together, before the grammar reads them: dE/dw, dW, \\Delta w, f(x), +=."""

from __future__ import annotations

from dataclasses import replace

from .assembling import INDICATORS, Piece, derivative, parsed
from .latex_words import COMPARISONS
from .limits import checked_depth, refuse
from .sketch import Change, Name, Number, Sketch, Transpose

_COUNTS = {"m", "n", "N", "M", "B", "K", "T"}


def parse(pieces: list[Piece]) -> Sketch:
    """The sketch of pieces without separators. Raises InputError."""
    from .latex_grammar import parser

    if not pieces:
        refuse(0, "found nothing where a formula is expected")
    ready = _calls(_differentials(_slashed(pieces)))
    end = pieces[-1].column + len(pieces[-1])
    node: Sketch = parsed(parser(), ready, "relation", end)
    checked_depth([node])
    return node


def _is_d(piece: Piece) -> bool:
    return piece.type == "NAME" and piece.held == Name("d")


def _slashed(pieces: list[Piece]) -> list[Piece]:
    """``\\partial E/\\partial x``, ``dE/dw`` and ``d/dx`` written with a slash."""
    found: list[Piece] = []
    place = 0
    while place < len(pieces):
        first, *rest = pieces[place : place + 5]
        kinds = [piece.type for piece in rest]
        sort = "PARTIAL" if first.type == "PARTIAL" else "d" if _is_d(first) else ""

        def same(piece: Piece, sort: str = sort) -> bool:
            return piece.type == "PARTIAL" if sort == "PARTIAL" else _is_d(piece)

        if sort and len(rest) == 4 and kinds[1] == "SLASH" and same(rest[2]) and _one(rest[0]) and _one(rest[3]):
            held = derivative(rest[0].held, rest[3].held)
            found.append(Piece("ATOM", f"{first}{rest[0]}/{rest[2]}{rest[3]}", first.column, held))
            place += 5
        elif sort and len(rest) >= 3 and kinds[0] == "SLASH" and same(rest[1]) and _one(rest[2]):
            found.append(Piece("DERIV", f"{first}/{rest[1]}{rest[2]}", first.column, rest[2].held))
            place += 4
        else:
            found.append(first)
            place += 1
    return found


def _one(piece: Piece) -> bool:
    return piece.type == "NAME" or (piece.type == "ATOM" and not isinstance(piece.held, Number))


def _differentials(pieces: list[Piece]) -> list[Piece]:
    """``dW`` is one symbol with the mark d, ``\\Delta w`` a change, ``+=`` one sign."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if piece.type == "NAME" and last is not None and _is_d(last) and isinstance(piece.held, Name):
            held = replace(piece.held, marks=("d", *piece.held.marks))
            found[-1] = Piece("NAME", f"d{piece}", last.column, held)
        elif piece.type == "ATOM" and last is not None and _is_d(last) and _marked(piece.held) is not None:
            found[-1] = Piece("ATOM", f"d{piece}", last.column, _marked(piece.held))
        elif piece.type == "NAME" and last is not None and last.held == Name("Delta") and isinstance(piece.held, Name):
            found[-1] = Piece("ATOM", f"\\Delta {piece}", last.column, Change(piece.held))
        elif last is not None and piece.type == "REL" and piece.held == "=" and last.type in ("SIGN", "COLON"):
            sign = "=" if last.type == "COLON" else f"{last}="
            found[-1] = Piece("REL", f"{last}=", last.column, sign)
        elif last is not None and piece.type == last.type == "REL" and piece.held == "=" and str(last) in "<>":
            found[-1] = Piece("REL", f"{last}=", last.column, f"{last}=")
        elif piece.type not in ("AMP", "GAP"):
            if piece.type == "REL" and piece.held is None:
                piece.held = str(piece)
            found.append(piece)
    return found


def _marked(held: Sketch) -> Sketch | None:
    """A transposed or squared symbol with the mark d on it."""
    if isinstance(held, Transpose) and isinstance(held.of, Name):
        return Transpose(replace(held.of, marks=("d", *held.of.marks)))
    return None


def _calls(pieces: list[Piece]) -> list[Piece]:
    """Opening brackets right behind a function or a symbol."""
    found: list[Piece] = []
    for place, piece in enumerate(pieces):
        last = found[-1] if found else None
        if piece.type == "LPAR" and last is not None and _takes(last, piece, pieces, place):
            found.append(Piece("CALL", str(piece), piece.column))
        elif piece.type == "PARTIAL":
            refuse(piece.column, "found \\partial outside a derivative such as \\frac{\\partial C}{\\partial w}")
        elif piece.type == "DOTS":
            refuse(piece.column, f"found {piece}: formulas with dots are not read; write a sum")
        elif piece.type == "NAME" and len(found) > 1 and _unclear(found[-2], found[-1], piece):
            refuse(piece.column, f'found "{piece}" where it is unclear what "{found[-2]}" takes in; use brackets')
        else:
            found.append(piece)
    return found


def _unclear(before: Piece, last: Piece, piece: Piece) -> bool:
    """``\\log a b`` and ``1/2m`` can be read in two ways."""
    if before.type == "FUNC":
        return last.type in ("NAME", "ATOM") and not last.braced and not str(last).startswith("\\")
    beside = piece.column == last.column + len(last)
    return before.type == "SLASH" and isinstance(last.held, Number) and str(piece) in _COUNTS and beside


def _takes(last: Piece, bracket: Piece, pieces: list[Piece], place: int) -> bool:
    if last.type == "FUNC" or (last.type == "NAME" and str(bracket) == "("):
        return True
    if last.type == "NAME" and isinstance(last.held, Name) and last.held.stem in INDICATORS | {"delta", "diag"}:
        return last.held.stem == "diag" or _compares(pieces[place + 1 : place + 400])
    return False


def _compares(inside: list[Piece]) -> bool:
    """Whether a comparison stands before the bracket closes."""
    depth = 0
    for piece in inside:
        depth += (piece.type == "LPAR") - (piece.type == "RPAR")
        if depth < 0:
            return False
        if piece.type == "REL" and not depth and (piece.held or str(piece)) in COMPARISONS:
            return True
    return False
