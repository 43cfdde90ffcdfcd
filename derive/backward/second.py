"""Second order: the engine on its own output. Forward and backward equations are moved together.

Hessian times vector, Gauss-Newton times vector, blocks of the Hessian, Jacobians. The products
are computed by one more pass of the same size, and no Hessian is formed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replace_field

from sympy import Add, Expr, Indexed, S, Symbol

from ..errors import InputError
from ..records import Equation, Proof
from ..renaming import found_in, replace, terms_of
from ..terms import cotangent_name, element, indices_of, name_of
from .calculus import arrays_in
from .checking import all_of
from .steps import Derivation, Result, Step
from .tangents import Rates, along, by_entries, direction_name, entry_name


@dataclass(frozen=True, repr=False)
class Extension:
    """Further arrays computed from those of a derivation, each line checked.

    `equations` are in the order in which they can be computed; `directions` maps the name of a
    given direction to the array it belongs to, `outputs` the name under which each result is
    handed out to its array. `wrt` is what a Jacobian `of` an array is by.
    `audit` compares every rate with the exact forward derivative of its equation.
    """

    derivation: Derivation
    kind: str
    equations: tuple[Equation, ...]
    steps: tuple[Step, ...]
    directions: Mapping[str, str]
    outputs: Mapping[str, str]
    audit: Proof
    wrt: str | None = None
    of: str | None = None

    def __repr__(self) -> str:
        return "\n".join(f"{e.left} = {e.right}" for e in self.needed)

    @property
    def results(self) -> dict[str, Expr]:
        """The formula of each result, by the name it is handed out under; 0 where nothing moves."""
        by_name = {e.name: e.right for e in self.equations}
        return {key: by_name.get(name, S.Zero) for key, name in self.outputs.items()}

    @property
    def needed(self) -> tuple[Equation, ...]:
        """The equations that the results depend on."""
        wanted, kept = set(self.outputs.values()), []
        for equation in reversed(self.equations):
            if equation.name in wanted:
                kept.append(equation)
                wanted |= arrays_in(equation.right)
        return tuple(reversed(kept))


def hessian_vector(derivation: Derivation) -> Extension:
    """The Hessian of the cost times a vector: how fast the gradients move along a direction of the parameters."""
    arrays = _asked(derivation)
    rates = along(derivation.model, _all_equations(derivation), arrays)
    outputs = {a: direction_name(cotangent_name(a)) for a in arrays}
    directions = {direction_name(a): a for a in arrays}
    kind = "Hessian-vector product"
    return Extension(derivation, kind, rates.equations, rates.steps, directions, outputs, rates.audit)


def gauss_newton_vector(derivation: Derivation, at: str | None = None) -> Extension:
    """The Gauss-Newton matrix times a vector: J' H J v, H the Hessian of the cost by the array `at`.

    `at` is the pre-activation of the output unless given. Raises InputError for an array whose
    derivative was not derived, or that feeds the cost beside another way.
    """
    arrays, results = _asked(derivation), derivation.results
    at = at or next((r.array for r in results if r.kind == "delta"), "")
    place = next((n for n, r in enumerate(results) if r.array == at), None)
    if place is None:
        raise InputError(
            f"{at or 'the output'}: no derivative by this array was derived; there are those by "
            f"{', '.join(r.array for r in results)}"
        )
    above, below = results[: place + 1], results[place + 1 :]
    rates = along(derivation.model, [*derivation.model.equations, *map(_equation, above)], arrays)
    moving = {name[: -len(direction_name(""))] for name in (e.name for e in rates.equations)} | set(arrays)
    lower = {cotangent_name(at), *(result.name for result in below)}
    pulled = [_pulled_back(derivation, result, lower, moving) for result in below]
    steps = (*rates.steps, *(step for _, more in pulled for step in more.steps))
    audit = all_of([rates.audit, *(more.audit for _, more in pulled)])
    outputs = {a: direction_name(cotangent_name(a)) for a in arrays}
    directions = {direction_name(a): a for a in arrays}
    equations = (*rates.equations, *(equation for equation, _ in pulled))
    return Extension(derivation, "Gauss-Newton-vector product", equations, steps, directions, outputs, audit)


def hessian(derivation: Derivation, first: str, second: str) -> Extension:
    """The block of second derivatives of the cost by two parameters: d(dC/d first)/d second, entry by entry."""
    for name in (first, second):
        if name not in _asked(derivation):
            raise InputError(f"{name}: the derivation has no gradient by it; it has {', '.join(_asked(derivation))}")
    rates = by_entries(derivation.model, _all_equations(derivation), second)
    name = entry_name(cotangent_name(first), second)
    return _by_entries(derivation, "Hessian block", rates, name, second)


def jacobian(derivation: Derivation, of: str, wrt: str) -> Extension:
    """The derivatives of the entries of an array by the entries of a parameter or of the data."""
    _asked(derivation)
    model = derivation.model
    if of == model.cost and wrt in model.batch:
        raise InputError(
            f"jacobian of {of} by {wrt}: the cost is a mean over records; its gradient by {wrt} is what "
            f'backpropagate(model, ["{wrt}"]) gives'
        )
    defined = [equation.name for equation in model.equations]
    if of not in defined:
        raise InputError(f"{of}: no equation defines it; there are {', '.join(defined)}")
    if wrt not in (*model.parameters, *model.data):
        raise InputError(f"{wrt}: not an input; the model has {', '.join((*model.parameters, *model.data))}")
    rates = by_entries(model, model.equations[: defined.index(of) + 1], wrt)
    name = entry_name(of, wrt)
    return replace_field(_by_entries(derivation, "Jacobian", rates, name, wrt), of=of)


def _by_entries(derivation: Derivation, kind: str, rates: Rates, name: str, wrt: str) -> Extension:
    """The extension with one result; InputError where nothing depends on what moves."""
    if all(equation.name != name for equation in rates.equations):
        raise InputError(f"{name} is zero: the one does not depend on the other")
    return Extension(derivation, kind, rates.equations, rates.steps, {}, {name: name}, rates.audit, wrt)


def _asked(derivation: Derivation) -> list[str]:
    """The arrays whose gradients were asked for, in the order of the model. Raises InputError for anything else."""
    if not isinstance(derivation, Derivation):
        raise InputError(f"second order takes a derivation, backpropagate(model), not {type(derivation).__name__}")
    asked = {result.array for result in derivation.results if result.kind == "gradient"}
    return [name for name in (*derivation.model.parameters, *derivation.model.data) if name in asked]


def _equation(result: Result) -> Equation:
    return Equation(result.name, indices_of(result.left), result.right, result.ranges)


def _all_equations(derivation: Derivation) -> list[Equation]:
    """Forward, then backward."""
    backward = [_equation(result) for result in derivation.results if result.left != result.right]
    return [*derivation.model.equations, *backward]


def _pulled_back(derivation: Derivation, result: Result, lower: set[str], moving: set[str]) -> tuple[Equation, Rates]:
    """A backward equation with the Gauss-Newton vector in place of the error; a penalty's own terms move."""
    equation = _equation(result)
    carried = Add(*(t for t in terms_of(result.right) if arrays_in(t) & lower))
    renamed = {e: element(direction_name(name_of(e)), *indices_of(e)) for e in _entries(carried) if name_of(e) in lower}
    own = replace_field(equation, right=Add(*(t for t in terms_of(result.right) if not arrays_in(t) & lower)))
    rates = along(derivation.model, [own], moving)
    rest = rates.equations[0].right if rates.equations else S.Zero
    name = direction_name(result.name)
    return Equation(name, equation.indices, replace(carried, renamed) + rest, result.ranges), rates


def _entries(expression: Expr) -> tuple[Expr, ...]:
    return tuple(e for e in found_in(expression, (Indexed, Symbol)) if not e.is_integer)
