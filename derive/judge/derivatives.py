"""The derivatives a claim speaks of: of the cost, and of any other array, each as an equation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import Expr, Indexed, Integer, Mul, S, Symbol

from ..backward.backprop import backpropagate
from ..backward.calculus import arrays_in
from ..backward.contract import contract
from ..backward.steps import Derivation
from ..records import Equation, Model
from ..renaming import clear_of, found_in, fresh, letters_in
from ..renaming import replace as replace_in
from ..terms import cotangent_name, element, indices_of, kron, name_of


class Derivatives:
    """The derivatives of one model, made when first asked for."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._bare = replace(model, facts=())
        self._made: dict[tuple[str | None, frozenset[str]], Derivation] = {}
        self._of_cost = {cotangent_name(name): name for name in model.axes}

    def derivation(self, names: Iterable[str] = ()) -> Derivation | None:
        """The derivation by every parameter, with the declared facts, and by as much more as gives `names`.

        None where the model has nothing to differentiate by.
        """
        arrays = [self._of_cost[name] for name in names if name in self._of_cost]
        return self._derived(self.model, "", (*self.model.parameters, *arrays))

    def equations(self, names: Iterable[str]) -> dict[str, Equation]:
        """The derivatives called so (delta1, dC/dW1, ds/dx), and all those they are written in, by name.

        No declared fact is used in them.
        """
        names = list(names)
        found: dict[str, Equation] = {}
        of_cost = [self._of_cost[name] for name in names if name in self._of_cost]
        if of_cost:
            found |= self._of_the_cost(of_cost)
        for name in names:
            if name not in self._of_cost and "/d" in name:
                found |= self._of_another(*name[1:].split("/d"))
        return found

    def _of_the_cost(self, arrays: list[str]) -> dict[str, Equation]:
        derivation = self._derived(self._bare, None, (*self.model.parameters, *arrays))
        found = as_equations(derivation) if derivation else {}
        given = {cotangent_name(name) for name in self.model.outputs}
        for array in arrays:
            name = cotangent_name(array)
            if name not in found and name not in given:
                value = Integer(array == self.model.cost)
                found[name] = Equation(name, self.model.letters[array], value, self._ranges(array))
        return found

    def _of_another(self, of: str, by: str) -> dict[str, Equation]:
        """The derivatives of an array that is not the cost, with its own indices before the others."""
        model = _up_to(self._bare, of)
        computed = by in model.axes and of not in (*model.parameters, *model.data)
        derivation = self._derived(model, of, (by,)) if computed else None
        found = as_equations(derivation) if derivation else {}
        taken = {letter for e in found.values() for letter in (*e.indices, *letters_in(e.right))}
        leading: list[Symbol] = []
        for letter in self.model.letters[of]:
            leading.append(fresh({*taken, *leading, *self.model.letters[by]}, prefer=(letter.name,)))
        ranges = dict(zip(leading, self.model.axes[of], strict=True))
        named = {cotangent_name(array): f"d{of}/d{array}" for array in model.axes}
        seed = cotangent_name(of)
        made = {}
        for name, equation in found.items():
            new = {**ranges, **equation.ranges}
            right = _with_seed(clear_of(equation.right, leading), named, seed, leading, new)
            made[named[name]] = Equation(named[name], (*leading, *equation.indices), right, new)
        wanted = f"d{of}/d{by}"
        if wanted not in made:
            letters = _apart(self.model.letters[by], leading)
            value = Mul(*map(kron, leading, letters)) if of == by else S.Zero
            ranges |= dict(zip(letters, self.model.axes[by], strict=True))
            made[wanted] = Equation(wanted, (*leading, *letters), value, ranges)
        return made

    def _ranges(self, array: str) -> dict[Symbol, Expr]:
        return dict(zip(self.model.letters[array], self.model.axes[array], strict=True))

    def _derived(self, model: Model, kind: str | None, arrays: Iterable[str]) -> Derivation | None:
        """The derivation of this kind by inputs that give the derivatives by `arrays`."""
        wrt = _targets(model, arrays)
        if not wrt:
            return None
        for (known, names), derivation in self._made.items():
            if known == kind and names >= wrt:
                return derivation
        ordered = [name for name in (*model.parameters, *model.data) if name in wrt]
        return self._made.setdefault((kind, wrt), backpropagate(model, ordered))


def as_equations(derivation: Derivation) -> dict[str, Equation]:
    """Every derivative of a derivation as an equation, by name; what is given from outside has none.

    Where an output is used by another one, its derivative is the total one, written in the one that is given.
    """
    found = {}
    for result in derivation.results:
        if result.left == result.right:
            continue
        right = result.right
        given = {
            e: element(f"given {name_of(e)}", *indices_of(e))
            for e in found_in(right, (Indexed, Symbol))
            if name_of(e) == result.name
        }
        found[result.name] = Equation(result.name, indices_of(result.left), replace_in(right, given), result.ranges)
    return found


def upstream(model: Model, array: str) -> set[str]:
    """The array and all that it is computed from."""
    needed, stack = set(), [array]
    equations = {e.name: e for e in model.equations}
    while stack:
        name = stack.pop()
        if name not in needed:
            needed.add(name)
            stack += arrays_in(equations[name].right) if name in equations else ()
    return needed


def _targets(model: Model, arrays: Iterable[str]) -> frozenset[str]:
    """Inputs to differentiate by, so that the way to them passes all of `arrays`."""
    inputs = [*model.parameters, *model.data]
    targets = {name for name in arrays if name in inputs}
    for array in arrays:
        above = upstream(model, array)
        if array not in targets and not above & targets:
            targets |= set([name for name in inputs if name in above][:1])
    return frozenset(targets)


def _up_to(model: Model, array: str) -> Model:
    """The part of a model that computes one array, which is its output."""
    needed = upstream(model, array)
    return replace(
        model,
        equations=tuple(e for e in model.equations if e.name in needed),
        data=tuple(name for name in model.data if name in needed),
        parameters=tuple(name for name in model.parameters if name in needed),
        axes={name: axes for name, axes in model.axes.items() if name in needed},
        letters={name: letters for name, letters in model.letters.items() if name in needed},
        cost=None,
        outputs=(array,),
        batch=(),
    )


def _with_seed(
    expression: Expr, named: dict[str, str], seed: str, leading: list[Symbol], ranges: dict[Symbol, Expr]
) -> Expr:
    """The expression with its cotangents as derivatives of one entry: that entry's own is 1, its neighbours' 0."""
    values = {}
    for entry in found_in(expression, (Indexed, Symbol)):
        if name_of(entry) == seed:
            values[entry] = Mul(*map(kron, leading, indices_of(entry)))
        elif name_of(entry) in named:
            values[entry] = element(named[name_of(entry)], *leading, *indices_of(entry))
    return contract(replace_in(expression, values), ranges)


def _apart(letters: Iterable[Symbol], taken: list[Symbol]) -> list[Symbol]:
    """Letters that are different from those taken and from one another."""
    found: list[Symbol] = []
    for letter in letters:
        found.append(fresh({*taken, *found}, prefer=(letter.name,)))
    return found
