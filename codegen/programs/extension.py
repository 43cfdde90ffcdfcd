"""The program of second order: Hessian and Gauss-Newton products, blocks of the Hessian, Jacobians."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as replace_field

from sympy import Expr, Indexed, Symbol

from derive.backward.batch import batched_arrays
from derive.backward.second import Extension
from derive.backward.steps import cotangent_name
from derive.backward.tangents import direction_name, entry_name
from derive.forward.plain import plain
from derive.records import Equation
from derive.renaming import found_in, letters_in, replace
from derive.terms import element, indices_of, name_of

from . import parts
from .building import Builder
from .identifiers import identifier
from .numpy_writer import Writer
from .program import Input, Program
from .writing import text

FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "Hessian-vector product": ("hessian_vector", "The Hessian of the cost times `direction`, by name."),
    "Gauss-Newton-vector product": ("gauss_newton_vector", "The Gauss-Newton matrix times `direction`, by name."),
    "Hessian block": ("hessian", "The second derivatives {0}; the indices of the second parameter come last."),
    "Jacobian": ("jacobian", "The derivatives {0}; the indices of what is differentiated by come last."),
}
"""For each kind of extension the function that computes it, and what is said of it."""


class _Extended(Builder):
    """Adds the equations of an extension, under the names of a program."""

    def __init__(self, extension: Extension) -> None:
        self.extension = extension
        super().__init__(extension.derivation)
        self.called: dict[str, str] = {}
        bases = [*self.model.axes, *(cotangent_name(name) for name in self.model.axes)]
        records = batched_arrays(self.model) if self.model.batch else frozenset()
        taken = {identifier(self.name(base)) for base in bases}
        for base in bases:
            name = entry_name(base, extension.wrt) if extension.wrt else direction_name(base)
            stem = identifier(self.name(base))
            called = f"{stem}_by_{extension.wrt}" if extension.wrt else direction_name(stem)
            while called in taken:
                called += "_"
            taken.add(called)
            self.called[name] = called
            if base in self.batched or base in records:
                self.batched |= {self.called[name]}

    def _letters(self) -> set[Symbol]:
        equations = self.extension.equations
        return super()._letters().union(*(letters_in(e.right) | {*e.indices} for e in equations))

    def program(self) -> Program:
        program = super().program()
        for equation in self.extension.needed:
            self._second(equation)
        given = [self._direction(name, array) for name, array in self.extension.directions.items()]
        return replace_field(program, inputs=(*program.inputs, *given), assignments=tuple(self.assignments))

    def _direction(self, name: str, array: str) -> Input:
        rows = (self.records,) if self.called[name] in self.batched else ()
        return Input(self.called[name], (*rows, *self.model.axes[array]), "direction", array)

    def _second(self, equation: Equation) -> None:
        name, right = self.called[equation.name], self._called(equation.right)
        said = f"{plain(equation.left)} = {plain(equation.right)}"
        helpers, right = self.stabiliser.rewrite(right, equation.ranges, f"_{name}")
        self._helpers(helpers, "second")
        self._assign(name, equation.indices, right, equation.ranges, "second", said, over_records=True)

    def _called(self, expression: Expr) -> Expr:
        entries = [e for e in found_in(expression, (Indexed, Symbol)) if name_of(e) in self.called]
        return replace(expression, {e: element(self.called[name_of(e)], *indices_of(e)) for e in entries})


class ExtensionWriter(Writer):
    """Writes the functions of a derivation's program, and the one of its extension."""

    def __init__(self, extension: Extension) -> None:
        builder = _Extended(extension)
        super().__init__(builder.program())
        self.extension, self.called = extension, builder.called
        self.lifted = {name: builder.name(name) for name in builder.model.axes}

    def functions(self) -> list[str]:
        return [*super().functions(), self.second()]

    def second(self) -> str:
        """``hessian_vector(params, direction, *data)``, ``jacobian(params, *data)`` and the like."""
        name, said = FUNCTIONS[self.extension.kind]
        results = {key: self.called[array] for key, array in self.extension.outputs.items()}
        lines = list(self.program.needed(results.values()))
        directions = list(self.program.of_kind("direction"))
        data = list(self.arguments())
        if self.extension.of is not None:
            read = self.program.needed([*results.values(), self.lifted[self.extension.of]])
            data = [i for i in data if any(i.name in line.uses for line in read)]
        body = [parts.commented(f"{self.names[a.name]} = {text(self.trees[a.name])}", a.equation) for a in lines]
        head = [f'"""{said.format(", ".join(results))}"""', *self._checked(directions)]
        head += [f'{self.names[i.name]} = direction["{self.key(i.array)}"]' for i in directions]
        head += self.opening([*data, *directions], lines, "\n".join(body))
        signature = ", ".join(["params", *(["direction"] if directions else []), *(self.names[i.name] for i in data)])
        return parts.define(f"{name}({signature})", [*head, *body, *parts.returned(self._result(results))])

    def _checked(self, directions: list[Input]) -> list[str]:
        if not directions:
            return []
        keys = [self.key(i.array) for i in directions]
        return [
            f"if not isinstance(direction, dict) or any(name not in direction for name in {parts.quoted(keys)}):",
            f"""    raise ValueError("direction is a dictionary of {", ".join(keys)}")""",
        ]

    def _result(self, results: Mapping[str, str]) -> str:
        if not self.extension.directions:
            return self._fresh_copy(next(iter(results.values())))
        entries = (f'"{self.key(key)}": {self._copied(key, name)}' for key, name in results.items())
        return "{" + ", ".join(entries) + "}"

    def _copied(self, key: str, name: str) -> str:
        """The array of a result; zeros where nothing moves."""
        return self._fresh_copy(name) if name in self.trees else f'np.zeros_like(params["{self.key(key)}"])'
