"""Slopes that the forward pass computes where it has what they are made of at hand, or that outputs tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import S

from derive.backward import arrays as a
from derive.records import Formula
from derive.terms import maximum, step

from ..program import Assignment, Largest, Program


def slopes_early(program: Program) -> Program:
    """A factor of an error that alone keeps values of the forward pass is computed there, and takes their place."""
    results = [*([program.cost] if program.cost else []), *program.gradients.values()]
    lines = list(program.needed(results))
    forward = {line.name for line in lines if line.part == "forward"}
    for line in [line for line in lines if line.part == "backward"]:
        factor = _factor(line, forward, lines)
        if factor is None:
            continue
        node = line.node
        assert isinstance(node, a.Elementwise)
        name = f"slope_{line.name}"
        arguments = tuple(a.Leaf(name, line.axes) if x is factor else x for x in node.arguments)
        changed = replace(line, node=replace(node, arguments=arguments))
        ranges = {x: line.ranges[x] for x in line.axes}
        left = line.equation.partition(" = ")[0]
        kept = Assignment(name, line.axes, ranges, factor, f"a factor of {left}, while it is at hand", "forward")
        lines[lines.index(line)] = changed
        after = max(n for n, x in enumerate(lines) if x.name in _leaves(factor))
        lines.insert(after + 1, kept)
    return replace(program, assignments=tuple(lines))


def steps_from_outputs(program: Program) -> Program:
    """max(z, 0) > 0 exactly where z > 0: the step is read off the output, which takes the place of z."""
    outputs: dict[str, str] = {}
    lines = []
    for line in program.assignments:
        z = _rectified(line.node, program.functions)
        if z is not None and z.axes == line.axes:
            outputs.setdefault(z.name, line.name)
        if line.part == "backward" and not isinstance(line.node, Largest):
            line = replace(line, node=_stepped(line.node, outputs))
        lines.append(line)
    return replace(program, assignments=tuple(lines))


def _rectified(node: a.Node | Largest, functions: Mapping[str, Formula]) -> a.Leaf | None:
    """The array z of max(z, 0), which may be a function with that formula."""
    match node:
        case a.Elementwise(operation=function, arguments=(a.Leaf() as z, a.Constant(S.Zero))) if function is maximum:
            return z
        case a.Elementwise(operation=function, arguments=(a.Leaf() as z,)) if not getattr(function, "order", 1):
            formula = functions.get(getattr(function, "label", ""))
            return z if formula is not None and formula.expression == maximum(formula.variable, 0) else None
    return None


def _stepped(node: a.Node, outputs: Mapping[str, str]) -> a.Node:
    """The node with step(a) in place of step(z), for outputs a by their z."""
    match node:
        case a.Elementwise(operation=function, arguments=(a.Leaf(name) as z,)) if function is step and name in outputs:
            return replace(node, arguments=(replace(z, name=outputs[name]),))
        case a.Elementwise(arguments=inner):
            return replace(node, arguments=tuple(_stepped(x, outputs) for x in inner))
        case a.Contraction(operands=inner):
            return replace(node, operands=tuple(_stepped(x, outputs) for x in inner))
    return node


def _factor(line: Assignment, forward: set[str], lines: list[Assignment]) -> a.Node | None:
    """The function of forward values in an error, if nothing else of the backward pass reads these."""
    if not (isinstance(line.node, a.Elementwise) and line.node.operation == "mul"):
        return None
    for factor in line.node.arguments:
        leaves = _leaves(factor)
        if {*factor.axes} != {*line.axes} or len(line.axes) < 2 or not _has_function(factor) or not leaves <= forward:
            continue
        others = {n for x in lines if x.part == "backward" and x is not line for n in x.uses}
        others |= {n for x in line.node.arguments if x is not factor for n in _leaves(x)}
        if leaves and not leaves & others:
            return factor
    return None


def _leaves(node: a.Node) -> set[str]:
    match node:
        case a.Leaf(name) | a.Gather(name):
            return {name}
        case a.Elementwise(arguments=inner) | a.Contraction(operands=inner):
            return set().union(*map(_leaves, inner))
    return set()


def _has_function(node: a.Node) -> bool:
    match node:
        case a.Elementwise(operation=operation, arguments=inner):
            return not isinstance(operation, str) or any(map(_has_function, inner))
    return False
