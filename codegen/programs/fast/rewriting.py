"""Passes that write the same numbers another way: transposes and signs pulled out, masks read off outputs."""

from __future__ import annotations

from dataclasses import replace

from .statements import COPY, NUMBER, REDUCTIONS, Code, Operand, Statement, seen

COLUMN = "{}[:, None]"
HALVES = {"greater", "less_equal"}


def untransposed(code: Code) -> Code:
    """What is computed of transposed arrays is computed of the arrays, and transposed when read."""
    looks: dict[str, Operand] = {}
    done = []
    for statement in code.statements:
        statement = statement.renamed(looks)
        turned = _turned(statement) if statement.target not in code.kept else None
        if turned is not None:
            looks[statement.target] = Operand(statement.target, "{}.T", statement.axes)
        done.append(turned or _along_the_other(statement))
    return code.having(done)


def _turned(statement: Statement) -> Statement | None:
    """An entrywise statement of transposed matrices as one of the matrices; None where it is none."""
    if not statement.entrywise or len(statement.axes) != 2:
        return None
    if not any(o.pattern == "{}.T" and len(o.axes) == 2 for o in statement.operands):
        return None
    turned = [_turned_operand(operand) for operand in statement.operands]
    if any(operand is None for operand in turned):
        return None
    return replace(
        statement, operands=tuple(filter(None, turned)), axes=statement.axes[::-1], shape=statement.shape[::-1]
    )


def _turned_operand(operand: Operand) -> Operand | None:
    if not operand.axes:
        return operand
    if len(operand.axes) == 2 and operand.pattern == "{}.T":
        return replace(operand, pattern="{}", axes=operand.axes[::-1])
    if len(operand.axes) == 1 and operand.pattern in ("{}", COLUMN):
        return replace(operand, pattern=COLUMN if operand.pattern == "{}" else "{}")
    return None


def _along_the_other(statement: Statement) -> Statement:
    """A sum along one axis of a transposed matrix is one along the other axis of the matrix."""
    if statement.call not in REDUCTIONS or statement.option not in (", axis=0", ", axis=1"):
        return statement
    (operand,) = statement.operands
    if len(operand.axes) != 2 or operand.pattern != "{}.T":
        return statement
    option = ", axis=1" if statement.option == ", axis=0" else ", axis=0"
    return replace(statement, operands=(replace(operand, pattern="{}", axes=operand.axes[::-1]),), option=option)


def signs_outside(code: Code) -> Code:
    """c*(-x) = -(c*x), tanh(-x) = -tanh(x), u + (-x) = u - x: what is left can be shared."""
    negated: dict[str, Operand] = {}
    done: list[Statement] = []
    fresh = iter(code.fresh(len(code.statements)))
    for statement in code.statements:
        place = next((n for n, o in enumerate(statement.operands) if o.plain and o.name in negated), None)
        if place is None or statement.target in code.kept or not statement.axes:
            moved = None
        else:
            moved = _without_sign(statement, place, negated[statement.operands[place].name])
        if moved is None:
            done.append(statement)
        elif moved.call in ("add", "subtract"):
            done.append(moved)
            continue
        else:
            positive = next(fresh)
            inner = Operand(positive, "{}", statement.axes)
            done += [replace(moved, target=positive), replace(statement, call="negative", operands=(inner,))]
        if done[-1].call == "negative" and done[-1].operands[0].axes == done[-1].axes:
            negated[statement.target] = done[-1].operands[0]
    return code.having(done)


def _without_sign(statement: Statement, place: int, inner: Operand) -> Statement | None:
    """The statement for x in place of -x, up to its sign where it is no sum; None where no rule fits."""
    operands = list(statement.operands)
    operands[place] = inner
    if statement.call == "multiply" and not operands[1 - place].axes:
        return replace(statement, operands=tuple(operands))
    if statement.call == "tanh":
        return replace(statement, operands=tuple(operands))
    if statement.call == "add":
        return replace(statement, call="subtract", operands=(operands[1 - place], inner))
    if statement.call == "subtract" and place == 1:
        return replace(statement, call="add", operands=tuple(operands))
    return None


def masks_from_outputs(code: Code) -> Code:
    """max(z, 0) > 0 exactly where z > 0: the mask is read off the output, and z need not be kept."""
    outputs: dict[str, str] = {}
    done = []
    for statement in code.statements:
        operands = statement.operands
        if statement.call in HALVES and operands[1].text == "0" and operands[0].name in outputs:
            statement = replace(statement, operands=(operands[0].named(outputs[operands[0].name]), operands[1]))
        if statement.call == "maximum" and operands[0].plain and operands[1].text == "0":
            outputs.setdefault(operands[0].name, statement.target)
        done.append(statement)
    return code.having(done)


def shared(code: Code) -> Code:
    """What is computed twice is computed once, and what only copies an array is that array."""
    looks: dict[str, Operand] = {}
    known: dict[object, Operand] = {}
    done = []
    for statement in code.statements:
        statement = statement.renamed(looks)
        here = Operand(statement.target, "{}", statement.axes)
        if statement.target not in code.kept and statement.call != NUMBER:
            (source, *_) = statement.operands
            if statement.call == COPY and source.name and source.axes == statement.axes:
                looks[statement.target] = source
                continue
            if statement.key in known:
                looks[statement.target] = seen(here, known[statement.key])
                continue
        known.setdefault(statement.key, here)
        done.append(statement)
    return code.having(done)


def needed(code: Code) -> Code:
    """What nobody reads is not computed."""
    wanted, done = set(code.kept), []
    for statement in reversed(code.statements):
        if statement.target in wanted:
            done.append(statement)
            wanted |= set(statement.reads)
    return code.having(reversed(done))
