"""What the symbols of a document mean: one row for each kind of array and each sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import Expr, KroneckerDelta, S

from derive.backward.matrix import Array, Hadamard, Power
from derive.backward.matrix import Node as MatrixNode
from derive.terms import index, step

from . import display as show
from .context import Context
from .display import Node
from .document import Table, Words
from .layers import Run, depth
from .notation import DERIVATIVE_NAME, split_name

CONDITIONS = (step, KroneckerDelta)
MOST_LETTERS = 6


def notation_table(context: Context) -> Table:
    """What each symbol means."""
    texts = context.texts
    rows = _layered_rows(context) if context.notation.layered else _plain_rows(context)
    return Table((texts.say("symbol"), texts.say("meaning")), (*rows, *sign_rows(context)))


def sign_rows(context: Context) -> list[tuple[Words, Words]]:
    """One row for each sign that the derivation and its matrix forms are written in."""
    texts, derivation = context.texts, context.derivation
    rows: list[tuple[Words, Words]] = []
    if any(line.has(*CONDITIONS) for line in _shown(context)):
        inner = show.Group(show.Operator("…", "punctuation"), "[]", 0)
        rows.append(((show.row(show.Symbol("1", "indicator"), inner),), texts.say("indicator")))
    answers = derivation.answers if context.notation.has_matrices else ()
    forms = [form.right for r in answers for form in (r.matrix, r.batch) if form is not None]
    kinds = {type(node) for form in forms for node in _nodes(form) if not _is_root(node)}
    if Hadamard in kinds:
        rows.append(((show.Operator("⊙", "prefix"),), texts.say("entrywise")))
    if Power in kinds:
        exponent = show.row(show.Operator("⊙", "prefix"), show.Symbol("p"))
        power = show.Scripts(show.Group(show.Operator("…", "punctuation"), "()", 0), None, exponent)
        rows.append(((power,), texts.say("entrywise power", power=(show.Symbol("p"),))))
    if forms:
        whole = [context.whole(n) for n in (*context.model.data[:1], *context.model.parameters[:1])]
        rows.append((context.listing(whole), texts.say(f"one record{context.notation.vectors}")))
    batches = [form.right for r in answers if (form := r.batch) is not None]
    if batches:
        rows.append(
            (context.listing(_batch_letters(context, batches)), texts.say(f"all records{context.notation.lies}"))
        )
        rows.append(((show.Symbol("N"),), texts.say("records")))
    return rows


def _is_root(node: MatrixNode) -> bool:
    """Whether a power is printed as a square root."""
    return isinstance(node, Power) and node.exponent == S.Half


def _shown(context: Context) -> Iterator[Expr]:
    """The right sides that the level of detail shows."""
    derivation = context.derivation
    yield from (result.right for result in derivation.results)
    if context.detail != "results":
        yield from (side for step in derivation.steps for side in (step.before, step.after))
    yield from (lemma.right for lemma in derivation.lemmas if lemma.name in context.lemmas)


def _batch_letters(context: Context, forms: list[MatrixNode]) -> list[Node]:
    """The capitals of a batch, each once and without its layer."""
    names = [node.name for form in forms for node in _nodes(form) if isinstance(node, Array)]
    names = [n for n in names if n not in context.model.parameters and not DERIVATIVE_NAME.fullmatch(n)]
    if context.notation.layered:
        names = [split_name(n)[0] for n in names]
    return cut(dict.fromkeys(context.notation.matrix(n, batch=True) for n in sorted(set(names))))


def cut(nodes: Iterable[Node]) -> list[Node]:
    """A list of symbols, with dots in place of those beyond the longest list."""
    nodes = list(nodes)
    if len(nodes) <= MOST_LETTERS:
        return nodes
    return [*nodes[: MOST_LETTERS - 2], show.Operator("…", "punctuation"), nodes[-1]]


def _nodes(node: MatrixNode) -> Iterator[MatrixNode]:
    """A matrix expression and all its parts."""
    yield node
    for value in vars(node).values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, MatrixNode):
                yield from _nodes(part)


LAYERED = (("W", "weight"), ("b", "bias"), ("z", "z"), ("a", "a"), ("delta", "delta"))
"""The arrays of a layer, each with the key of what it is."""


def _layered_rows(context: Context) -> list[tuple[Words, Words]]:
    """The data, then one row for each kind of array, at a generic layer or at each layer."""
    model, texts = context.model, context.texts
    rows: list[tuple[Words, Words]] = []
    for name in model.data:
        key = {"x": "input", "y": "target"}.get(name, "data")
        rows.append(((context.array(name, model.letters.get(name, ())),), texts.say(key)))
    if context.notation.marks == " letters":
        return [*rows, *(row for layer in range(1, depth(model) + 1) for row in _rows_by_letters(context, layer))]
    context = context.generic(Run(4, 5))
    to, of = index("j"), index("i")
    layer, below = context.notation.relative(5), context.notation.relative(4)
    words = {"from": (context.set(of),), "to": (context.set(to),), "layer": (layer,), "below": (below,)}
    stems = {split_name(name)[0] for name in (*model.parameters, *(e.name for e in model.equations))}
    for stem, key in LAYERED:
        if stem in stems or (stem == "delta" and "z" in stems):
            letters = (to, of) if stem == "W" else (to,)
            rows.append(((context.array(f"{stem}5", letters),), texts.say(key, **words)))
    return rows


def _rows_by_letters(context: Context, layer: int) -> Iterator[tuple[Words, Words]]:
    """The arrays of one layer in a notation where the letters of the indices tell the layers apart."""
    to, of = (context.model.letters[f"z{n}"][0] if n else context.model.letters["x"][0] for n in (layer, layer - 1))
    words = {"from": (context.set(of),), "to": (context.set(to),)}
    for stem, key in LAYERED:
        if f"{stem}{layer}" in context.model.axes or stem == "delta" and context.notation.has_errors:
            letters = (to, of) if stem == "W" else (to,)
            yield (context.array(f"{stem}{layer}", letters),), context.texts.say(f"{key} by letters", **words)


def _plain_rows(context: Context) -> list[tuple[Words, Words]]:
    """One row for each array of the model."""
    rows: list[tuple[Words, Words]] = []
    for role, names in (("data", context.model.data), ("parameter", context.model.parameters)):
        for name in names:
            letters = context.model.letters.get(name, ())
            rows.append(((context.array(name, letters),), context.texts.say(role)))
    computed = [e for e in context.model.equations if e.name != context.model.cost]
    if computed:
        shown = cut(context.text(e.left) for e in computed)
        rows.append((context.listing(shown), context.texts.say("computed")))
        by = context.array(f"d{context.model.cost or 'C'}/d{computed[-1].name}", computed[-1].indices)
        rows.append(((by,), context.texts.say("cotangent")))
    return rows
