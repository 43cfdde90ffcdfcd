"""Networks of any depth: the proof by induction over the layers, in ordinary derivations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sympy import Expr, Indexed, Sum

from ..errors import InputError
from ..forward.any_depth import AnyDepth, any_depth
from ..forward.names import GENERIC
from ..forward.widths import check_widths, dimension_names, parse_widths
from ..renaming import rebuild, substitute, terms_of
from ..terms import Named, dimension, element, index, indices_of, is_dimension, name_of, named, range_of, total
from .backprop import backpropagate
from .calculus import arrays_in
from .steps import Derivation, Result

BY_LAYER = re.compile(r"((?:dC/d)?(?:W|b|z|a|delta))([012])")
HERE = 1
WANTED = ("W", "b")


@dataclass(frozen=True)
class Induction:
    """The backpropagation of a network with any number of layers, by induction from the last one down.

    `base` derives delta at L from the cost; `step` delta at l from delta at l+1, which is given;
    `layer` the gradients at l from delta at l, which is given. The digit 1 in a name stands for
    the layer l (in `base` for L), 0 for l-1 and 2 for l+1. Every line of the three is checked.
    """

    base: Derivation
    step: Derivation
    layer: Derivation
    model: AnyDepth

    def __repr__(self) -> str:
        lines = [f"{result.left} = {result.right}" for result in self.statements]
        return "\n".join([f"Induction with {len(self.whole.steps)} checked steps:", *lines])

    @property
    def parts(self) -> tuple[Derivation, Derivation, Derivation]:
        """The base case, the inductive step and the gradients."""
        return self.base, self.step, self.layer

    @property
    def statements(self) -> tuple[Result, ...]:
        """delta at L, delta at l, dC/dW and dC/db at l; before them what they are written in."""
        return (*self.base.answers, *self.step.answers, *self.gradients)

    @property
    def gradients(self) -> tuple[Result, ...]:
        """The derivatives by what is learnt in a layer."""
        return tuple(r for r in self.layer.answers if r.kind == "gradient")

    @property
    def penalties(self) -> tuple[Expr, ...]:
        """What a layer adds to the cost by itself."""
        terms = terms_of(self.layer.model.equation("C").right)
        return tuple(term for term in terms if "z1" not in arrays_in(term))

    @property
    def whole(self) -> Derivation:
        """What the three derive, as one record: its audit is the weakest of theirs at the sizes of all."""
        derived = [r for p in (self.base, self.step) for r in p.results if r.left != r.right]
        lemmas = {(lemma.name, lemma.right): lemma for part in self.parts for lemma in part.lemmas}
        audits = [part.audit for part in self.parts]
        widths = tuple(sizes for proof in audits if not isinstance(proof.widths, str) for sizes in proof.widths)
        weakest = replace(min(audits, key=lambda proof: proof.error_bits), widths=widths)
        learnt = tuple(dict.fromkeys(name for part in (self.layer, self.step) for name in part.model.parameters))
        model = replace(self.layer.model, parameters=learnt)
        return Derivation(model, (*derived, *self.gradients), tuple(lemmas.values()), weakest)

    def specialise(self, depth: int, widths: str | Sequence[int | str] | None = None) -> dict[str, Expr]:
        """What the statements say of a network of `depth` layers, by name, from the last layer down.

        The letters are those of `MLP`; the widths are n0, n1, ... unless given. Raises InputError.
        """
        if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
            raise InputError(f"{depth}: a depth is a positive whole number of layers")
        given = [f"n{l}" for l in range(depth + 1)] if widths is None else widths
        names = dimension_names(parse_widths(given) if isinstance(given, str) else check_widths(given))
        if len(names) != depth + 1:
            raise InputError(f"{len(names)} widths for {depth} layers: give {depth + 1}")
        found: dict[str, Expr] = {}
        for layer in range(depth, 0, -1):
            errors = self.base.answers if layer == depth else self.step.answers
            for result in (*errors, *self.gradients):
                name, right = _at_layer(result, layer, names)
                found[name] = right
        return found


def depth(
    hidden: str = "sigmoid",
    output: str | None = None,
    cost: str | None = None,
    l2: float | str | None = None,
    l1: float | str | None = None,
    bias: bool = True,
    facts: bool = True,
    wrt: Iterable[str] | None = None,
) -> Induction:
    """The backpropagation of networks of any depth, n0-...-nL, each line checked.

    The choices are those of `MLP`, with one activation for all hidden layers. `wrt` names what
    to differentiate by, of W and b. Raises InputError, and CheckFailed where a line is not proved.
    """
    return induction(any_depth(hidden, output, cost, l2, l1, bias, facts), wrt)


def induction(model: AnyDepth, wrt: Iterable[str] | None = None) -> Induction:
    """The three derivations of a network of any depth. Raises as `depth`."""
    base = _error_term(backpropagate(model.output, ["z1"]))
    step = _error_term(backpropagate(model.hidden, ["z1"]))
    return Induction(base, step, backpropagate(model.affine, _targets(model, wrt)), model)


def _targets(model: AnyDepth, wrt: Iterable[str] | None) -> list[str]:
    known = [name for name in WANTED if f"{name}1" in model.affine.parameters]
    names = known if wrt is None else list(wrt)
    for name in names:
        if name not in known:
            raise InputError(f"{name or 'no name'}: what to differentiate by is {' or '.join(known)}, of every layer")
    return [f"{name}1" for name in known if name in names]


def _error_term(derivation: Derivation) -> Derivation:
    """The derivative by z1, which the model takes as given, counted among the error terms."""
    results = (replace(r, kind="delta") if r.array == "z1" else r for r in derivation.results)
    return replace(derivation, results=tuple(results))


def _at_layer(result: Result, layer: int, names: tuple[str, ...]) -> tuple[str, Expr]:
    """The name and the right side of a statement in layer `layer` of a network with these widths."""
    last = layer == len(names) - 1
    letters = {index("j"): index("k"), index("i"): index("j")} if last and index("k") not in result.ranges else {}

    def at(name: str) -> str:
        found = BY_LAYER.fullmatch(name)
        place = f"{found[1]}{layer - HERE + int(found[2])}" if found else name
        return "x" if place == "a0" else place

    def width(name: str) -> str:
        return names[layer - HERE + int(name[1])] if re.fullmatch("n[012]", name) else name

    right = _renamed(substitute(result.right, letters), at, width, f"{layer}")
    return at(result.name), right


def _renamed(node: Expr, at: Callable[[str], str], width: Callable[[str], str], layer: str) -> Expr:
    """`node` with other names for its arrays, its widths and the function of the layer."""
    if isinstance(node, Indexed):
        return element(at(name_of(node)), *indices_of(node))
    if is_dimension(node):
        return dimension(width(node.name))
    if isinstance(node, Sum):
        letter, size = range_of(node)
        return total(_renamed(node.function, at, width, layer), (letter, _renamed(size, at, width, layer)))
    if not node.args:
        return node
    arguments = [_renamed(argument, at, width, layer) for argument in node.args]
    if isinstance(node, Named) and GENERIC.fullmatch(node.label) and node.label.endswith("1"):
        return named(f"{node.label.removesuffix('1')}{layer}", node.order)(*arguments)
    return rebuild(node, arguments)
