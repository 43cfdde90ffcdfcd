"""The mean over the records, moved from the large derivatives to the small errors that they start from."""

from __future__ import annotations

from dataclasses import replace

from derive.backward import arrays as a

from ..program import Assignment, Largest, Program

NOTE = "1/N of the mean, here once: all that follows is linear in it"


class _Stop(Exception):
    """A value is read both with the factor and without it, or not linearly."""


def mean_at_the_start(program: Program) -> Program:
    """The backward pass is linear: its first errors are divided by N, in place of every derivative they lead to."""
    try:
        return _Scaling(program).done()
    except _Stop:
        return program


class _Scaling:
    """Writes every error with the factor 1/N, and the derivatives without it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        results = {*([program.cost] if program.cost else []), *program.gradients.values()}
        self.lines = {line.name: line for line in program.needed(results)}
        self.errors = {n for n, line in self.lines.items() if line.part == "backward"} - results
        self.factor = a.Constant(1 / program.records) if program.records is not None else None
        self.starts: set[str] = set()
        self.carried: dict[str, Assignment] = {}

    def done(self) -> Program:
        changed = {name: self._result(line) for name, line in self.lines.items() if name not in self.errors}
        changed = {name: line for name, line in changed.items() if line != self.lines[name]} | self.carried
        for name, line in self.lines.items():
            if name not in changed and line.uses & self.carried.keys():
                raise _Stop
        return replace(self.program, assignments=tuple(changed.get(x.name, x) for x in self.program.assignments))

    def _result(self, line: Assignment) -> Assignment:
        """A derivative, its terms with the factor without it."""
        node = line.node
        if isinstance(node, Largest):
            return line
        if isinstance(node, a.Elementwise) and node.operation == "add":
            terms = tuple(map(self._term, node.arguments))
            return replace(line, node=replace(node, arguments=terms)) if terms != node.arguments else line
        return replace(line, node=self._term(node))

    def _term(self, node: a.Node) -> a.Node:
        if not self._has_errors(node):
            return node
        if not (isinstance(node, a.Elementwise) and node.operation == "mul" and self.factor in node.arguments):
            raise _Stop
        rest = tuple(x for x in node.arguments if x != self.factor)
        return self._scaled(rest[0] if len(rest) == 1 else replace(node, arguments=rest))

    def _scaled(self, node: a.Node) -> a.Node:
        """The node times 1/N: the factor goes along with the errors in it, or enters here."""
        if not self._has_errors(node):
            assert self.factor is not None
            return a.Elementwise("mul", (self.factor, node), node.axes)
        match node:
            case a.Leaf(name) | a.Gather(name):
                self._carry(name)
                return node
            case a.Elementwise(operation="add", arguments=arguments):
                return replace(node, arguments=tuple(map(self._scaled, arguments)))
            case a.Elementwise(operation="mul", arguments=arguments):
                return replace(node, arguments=self._one_scaled(arguments))
            case a.Contraction(operands=operands):
                return replace(node, operands=self._one_scaled(operands))
        raise _Stop

    def _one_scaled(self, factors: tuple[a.Node, ...]) -> tuple[a.Node, ...]:
        if sum(map(self._has_errors, factors)) != 1:
            raise _Stop
        return tuple(self._scaled(x) if self._has_errors(x) else x for x in factors)

    def _carry(self, name: str) -> None:
        """Have an error carry the factor."""
        if name in self.carried:
            return
        line = self.lines[name]
        if isinstance(line.node, Largest):
            raise _Stop
        self.carried[name] = line
        equation = line.equation if line.uses & self.errors else f"{line.equation}; {NOTE}"
        self.carried[name] = replace(line, node=self._scaled(line.node), equation=equation)

    def _has_errors(self, node: a.Node) -> bool:
        match node:
            case a.Leaf(name) | a.Gather(name):
                return name in self.errors
            case a.Elementwise(arguments=inner) | a.Contraction(operands=inner):
                return any(map(self._has_errors, inner))
        return False
