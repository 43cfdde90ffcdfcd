"""What subscripts, superscripts and primes make of the symbol they hang on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from .assembling import INDICATORS, Piece, is_number
from .limits import refuse
from .sketch import At, Condition, Indicator, Minus, Name, Number, Power, Product, Sketch, Transpose

Parse = Callable[[list[Piece]], Sketch]
_TRANSPOSED = {"T", "top", "intercal", "t_upright"}


@dataclass
class Scripts:
    """The pieces below and above a symbol, each group once, and the number of its primes."""

    below: list[Piece] = field(default_factory=list)
    above: list[Piece] = field(default_factory=list)
    primes: int = 0
    column: int = 0

    def __bool__(self) -> bool:
        return bool(self.below or self.above or self.primes)


def on_name(head: Sketch, scripts: Scripts, parse: Parse) -> Sketch:
    """A symbol with its scripts: a Name, perhaps transposed or to a power."""
    if not isinstance(head, Name):
        return on_expression(head, scripts, parse)
    name = replace(head, below=head.below + _entries(scripts.below, parse), order=head.order + scripts.primes)
    layer, transposed = _split_transpose(_unprimed(scripts.above))
    name = replace(name, order=name.order + _primes(scripts.above))
    if name.stem in INDICATORS and len(name.below) == 1 and isinstance(name.below[0], Condition | Indicator):
        held = name.below[0]
        return on_expression(
            held if isinstance(held, Indicator) else Indicator(held), Scripts(above=scripts.above), parse
        )
    result: Sketch = name
    if layer:
        exponent = _exponent(name, layer, parse)
        entries = () if exponent else _entries(layer, parse)
        if entries and isinstance(entries[-1], Transpose):
            entries, transposed = (*entries[:-1], entries[-1].of), True
        result = Power(name, exponent) if exponent else replace(name, above=name.above + entries)
    return Transpose(result) if transposed else result


def on_expression(of: Sketch, scripts: Scripts, parse: Parse) -> Sketch:
    """A bracket or fraction with its scripts: an entry of it, its power, its transpose."""
    primes = scripts.primes + _primes(scripts.above)
    if isinstance(of, Name) and primes:
        return on_name(of, scripts, parse)
    if primes:
        refuse(scripts.column, "found a prime on a bracket; it belongs on a function, as in f'(z)")
    above, transposed = _split_transpose(scripts.above)
    if above:
        if _bracketed(above):
            refuse(scripts.column, "found a layer on a bracket; it belongs on a symbol, as in W^{(l)}")
        of = Power(of, parse(_by_entry(above)))
    of = Transpose(of) if transposed else of
    if scripts.below:
        of = At(of, tuple(_place(entry) for entry in _entries(scripts.below, parse)))
    return of


def sum_letters(below: list[Piece], parse: Parse) -> tuple[tuple[str, ...], Sketch | None, str, list[Sketch]]:
    """What stands under a sum: its letters, the lower limit, what they run in, and conditions on them."""
    letters: list[str] = []
    lower: Sketch | None = None
    over = ""
    conditions: list[Sketch] = []
    for part in _parts(below, {"COMMA", "NEWLINE"}):
        signs = [place for place, piece in enumerate(part) if piece.type == "REL"]
        if not signs:
            letters += [_letter(entry, part) for entry in _entries(part, parse)]
            continue
        sign, right = part[signs[0]].held, part[signs[0] + 1 :]
        names = [_letter(entry, part) for entry in _entries(part[: signs[0]], parse)]
        if sign == "=" and len(signs) == 1 and len(names) == 1:
            letters += names
            lower = parse(right)
        elif sign == "in" and len(signs) == 1:
            letters += names
            over = " ".join(str(piece) for piece in right)
        else:
            condition = parse(part)
            conditions.append(Indicator(condition) if isinstance(condition, Condition) else condition)
            letters += [name for name in names[:1] if name not in letters]
    return tuple(letters), lower, over, conditions


def letter(name: Name) -> str:
    """The letter a sum runs over, as one word: ``k_1`` for k with a script."""
    return "_".join([name.stem + "'" * name.order, *(_word(part) for part in name.below)])


def _word(part: Sketch) -> str:
    return str(part.value) if isinstance(part, Number) else letter(part) if isinstance(part, Name) else "?"


def _letter(entry: Sketch, part: list[Piece]) -> str:
    if not isinstance(entry, Name) or entry.above:
        refuse(part[0].column, f'found "{part[0]}" under a sum; expected its letter, as in \\sum_k or \\sum_{{k=1}}^n')
    return letter(entry)


def _parts(pieces: list[Piece], marks: set[str]) -> list[list[Piece]]:
    """The pieces between separators outside brackets."""
    parts: list[list[Piece]] = [[]]
    depth = 0
    for piece in pieces:
        depth += (piece.type in ("LPAR", "CALL")) - (piece.type == "RPAR")
        if piece.type in marks and not depth:
            parts.append([])
        else:
            parts[-1].append(piece)
    return [part for part in parts if part]


def _entries(pieces: list[Piece], parse: Parse) -> tuple[Sketch, ...]:
    """The scripts of a symbol, one for each letter or group."""
    found: list[Sketch] = []
    for part in _parts(pieces, {"COMMA", "SEMI"}):
        if all(piece.type in ("NAME", "ATOM", "FUNC", "COLON") or piece.held == "." for piece in part):
            kept = [piece for piece in part if piece.held != "." or len(part) == 1]
            found += [Name(":")] if len(kept) < len(part) else []
            found += [Name(":") if piece.type == "COLON" or piece.held == "." else piece.held for piece in kept]
        elif len(part) == 1 and part[0].type == "TIMES":
            found.append(Name("*"))
        elif len(part) == 1 and part[0].type == "SIGN":
            found.append(Name("plus" if part[0].held == "+" else "minus"))
        elif _bracketed(part):
            inner = part[1:-1]
            found += _entries(inner, parse)
        elif _bracketed(part[: _closing(part)]):
            close = _closing(part)
            found += _entries(part[:close], parse) + _entries(part[close:], parse)
        else:
            read = parse(part)
            found += read.factors if isinstance(read, Product) and not any(read.signs) else (read,)
    return tuple(found)


def _closing(part: list[Piece]) -> int:
    """Where the bracket that opens the part has closed; 0 without one."""
    if part[0].type != "LPAR":
        return 0
    depth = 0
    for place, piece in enumerate(part):
        depth += (piece.type in ("LPAR", "CALL")) - (piece.type == "RPAR")
        if not depth:
            return place + 1
    return 0


def _bracketed(part: list[Piece]) -> bool:
    return bool(part) and part[0].type == "LPAR" and _closing(part) == len(part) and not part[-1].held


def _primes(pieces: list[Piece]) -> int:
    return sum(len(piece) if piece.type == "PRIME" else 0 for piece in pieces)


def _unprimed(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.type != "PRIME"]


def _split_transpose(above: list[Piece]) -> tuple[list[Piece], bool]:
    """The superscript without the T that transposes, and whether there was one."""
    pieces = [piece for place, piece in enumerate(above) if not (piece.type == "COMMA" and place == len(above) - 2)]
    last = pieces[-1].held if pieces and pieces[-1].type in ("NAME", "ATOM") else None
    if isinstance(last, Name) and last.stem in _TRANSPOSED and not (last.below or last.above):
        before = pieces[:-1]
        if not before or before[-1].type in ("NAME", "ATOM", "RPAR"):
            return before, True
    return above, False


def _exponent(name: Name, above: list[Piece], parse: Parse) -> Sketch | None:
    """The power that a superscript is, or None where it tells symbols apart."""
    if _by_entry(above) != above:
        return parse(_by_entry(above))
    if _bracketed(above) or (above[0].type == "LPAR" and str(above[0]) in "[<" and _closing(above) > 0):
        return None
    if len(above) == 1 and above[0].type not in ("NAME", "ATOM"):
        return None
    single = above[0].held if len(above) == 1 else None
    is_e = name.stem == "e" and not (name.marks or name.below or name.above or name.order)
    if is_e and not (isinstance(single, Name) and single.stem in ("l", "L", "h", "o")):
        return parse(above)
    if single is not None and not is_number(single):
        return None if isinstance(single, Name) else single
    first = above[0]
    if single is not None or (first.type == "SIGN") or isinstance(first.held, Number):
        if any(piece.type == "COMMA" for piece in above):
            return None
        return parse(above)
    if any(piece.type in ("SLASH",) for piece in above):
        return parse(above)
    return None


def _by_entry(above: list[Piece]) -> list[Piece]:
    """The exponent of a power that is said to be one entry by entry."""
    return above[1:] if len(above) > 1 and above[0].type == "TIMES" else above


def _place(entry: Sketch) -> Sketch | str:
    return ":" if entry == Name(":") else entry


def negative(exponent: Sketch) -> bool:
    """Whether a power is an inverse."""
    return isinstance(exponent, Minus) or exponent == Number(Fraction(-1))
