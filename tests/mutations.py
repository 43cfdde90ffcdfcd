"""Wrong formulas and right ones, made from the derivations of many models: what a judge has to tell apart."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from floats import Floats
from model_samples import text
from sympy import Add, Expr, Indexed, Mul, Pow, S, Sum, expand_mul

from derive import MLP, Model
from derive.backward.calculus import arrays_in
from derive.errors import InputError
from derive.forward import parse_equation, plain
from derive.judge.derivatives import Derivatives
from derive.judge.mistakes import MISTAKES, Mistake, Setting, forms
from derive.judge.mistakes.changes import Change
from derive.judge.mistakes.indices import drop_sum
from derive.judge.mistakes.wholes import drop_term
from derive.judge.records import Question
from derive.judge.spotcheck import Sieve, close
from derive.judge.squared import squared
from derive.records import Equation
from derive.renaming import fresh, letters_in, rebuild, substitute
from derive.terms import cotangent_name, indices_of, is_dimension, range_of, total

WIDTHS = (5, 3, 4, 7, 5, 3)
EQUAL, DIFFERENT = 1e-6, 1e-5

BY_FILE = (
    "dense dropout gru huber kl layer_norm logsumexp residual ridge rms_norm rnn_step skip smoothing sqdiff tied focal"
).split()
BY_WIDTHS = {
    "sigmoid-softmax": ([4, 3, 5], {"hidden": "sigmoid"}),
    "tanh-identity": ([4, 3, 5], {"hidden": "tanh", "output": "identity"}),
    "relu-sigmoid": ([4, 3, 5], {"hidden": "relu", "output": "sigmoid"}),
    "sigmoid-sse": ([4, 3, 5], {"hidden": "sigmoid", "output": "sigmoid", "cost": "sse"}),
    "tanh-mse": ([3, 4, 2], {"hidden": "tanh", "output": "tanh", "cost": "mse"}),
    "penalty": ([4, 3, 5], {"hidden": "tanh", "l2": "lam"}),
    "softplus": ([3, 5, 4], {"hidden": "softplus", "output": "identity"}),
    "deep": ([3, 4, 5, 2], {"hidden": "sigmoid", "output": "softmax"}),
    "deep-relu": ([3, 4, 5, 2], {"hidden": "relu", "output": "identity"}),
    "square": ([3, 3, 3], {"hidden": "tanh", "output": "sigmoid", "cost": "half-sse"}),
    "elu": ([4, 3, 2], {"hidden": "elu", "output": "identity"}),
    "leaky": ([3, 4, 2], {"hidden": "leaky_relu", "output": "sigmoid"}),
    "silu": ([4, 3, 2], {"hidden": "silu", "output": "identity"}),
}
MODELS = (*BY_FILE, *BY_WIDTHS)


@dataclass(frozen=True)
class Claim:
    """A formula about a model in the plain language; the mistake in it, if it is meant to be wrong."""

    model: str
    text: str
    mistake: Mistake | None = None


@cache
def model(name: str) -> Model:
    """The model of this name."""
    if name in BY_WIDTHS:
        widths, options = BY_WIDTHS[name]
        return squared(MLP(widths, **options)) if name == "square" else MLP(widths, **options)
    return Model.parse(text(name))


@cache
def derivatives(name: str) -> Derivatives:
    """The derivatives of a model, made when first asked for."""
    return Derivatives(model(name))


def question(name: str, claim: str) -> Question:
    """What a claim about a model asks."""
    left, right, ranges = parse_equation(claim, model(name))
    asked = sorted((arrays_in(left) | arrays_in(right)) - set(model(name).axes))
    made, facts = derivatives(name), model(name).facts
    equations = {n: e for n, e in made.equations(asked).items() if e.right != e.left}
    return Question(left, right, ranges, model(name), equations, made.derivation(asked), facts)


@cache
def results(name: str) -> tuple[Equation, ...]:
    """The derivatives of a model that are more than another name for something."""
    derivation = derivatives(name).derivation(())
    return tuple(Equation(r.name, indices_of(r.left), r.right, r.ranges) for r in derivation.answers if r.right.args)


def setting_of(name: str, equation: Equation) -> Setting:
    """The setting in which formulas for one derivative are changed."""
    return Setting(question(name, f"{plain(equation.left)} = {plain(equation.right)}"), primes=False)


def spoiled(name: str, seed: int, count: int) -> Iterator[Claim]:
    """Wrong formulas about a model, one mistake in each."""
    chance = random.Random(f"{name} {seed} wrong")
    found = results(name)
    made: set[str] = set()
    for _ in range(8 * count):
        equation, row = chance.choice(found), chance.choice(MISTAKES)
        setting = setting_of(name, equation)
        form = chance.choice(forms(setting))
        changes = list(formulas(row, form, setting))
        if not changes:
            continue
        claim = f"{plain(equation.left)} = {shuffled(chance.choice(changes), chance)}"
        if claim not in made and readable(name, claim):
            made.add(claim)
            yield Claim(name, claim, row)
            if len(made) == count:
                return


def formulas(row: Mistake, form: Expr, setting: Setting) -> list[Expr]:
    """What a mistake makes of a formula; where it spoils a line of the derivation, the formula that this gives."""
    changes = list(row.spoil(form, setting.question.ranges, setting))
    direct = [change.formula for change in changes if change.line is None and _is_sensible(change.formula)]
    lines = [change for change in changes if change.line is not None]
    return direct + (_as_formulas(lines, form, setting) if lines else [])


def _is_sensible(formula: Expr) -> bool:
    return formula != 0 and not formula.has(S.ComplexInfinity, S.NaN)


def _as_formulas(lines: list[Change], form: Expr, setting: Setting) -> list[Expr]:
    sieve = Sieve(setting.question)
    if not sieve.sites:
        return []
    values = [sieve.under(change.line, change.formula) for change in lines]
    tried = [c.formula for move in (drop_term, drop_sum) for c in move(form, setting.question.ranges, setting)]
    return [formula for formula in tried if any(close(sieve.value(formula), value) for value in values)]


def readable(name: str, claim: str) -> bool:
    """Whether a claim can be read: changes of indices may lead to what has no meaning."""
    try:
        question(name, claim)
    except InputError:
        return False
    return True


def rewritten(name: str, seed: int, count: int) -> Iterator[Claim]:
    """Right formulas about a model, written in other ways."""
    chance = random.Random(f"{name} {seed} right")
    found = results(name)
    for _ in range(count):
        equation = chance.choice(found)
        formula = chance.choice(forms(setting_of(name, equation)))
        for rewriting in chance.sample(REWRITINGS, 2):
            formula = rewriting(formula, chance)
        left = equation.left
        if chance.random() < 0.3:
            factor = chance.choice((S.NegativeOne, S(2), S(1) / 3))
            left, formula = Mul(factor, left, evaluate=False), Mul(factor, formula)
        claim = f"{shuffled(left, chance)} = {shuffled(formula, chance)}"
        if readable(name, claim):
            yield Claim(name, claim)


def renamed(formula: Expr, chance: random.Random) -> Expr:
    """Bound letters by other names."""
    if isinstance(formula, Sum):
        letter, size = range_of(formula)
        body = renamed(formula.args[0], chance)
        new = fresh(letters_in(formula), prefer=[chance.choice("abeghmnopqrstuvw")])
        return total(substitute(body, {letter: new}), (new, size))
    if not formula.args or isinstance(formula, Indexed):
        return formula
    return rebuild(formula, [renamed(a, chance) for a in formula.args])


def expanded(formula: Expr, chance: random.Random) -> Expr:
    """Products of sums of terms multiplied out, here and under sums."""
    if isinstance(formula, Sum):
        return total(expanded(formula.args[0], chance), range_of(formula))
    if isinstance(formula, (Add, Mul)):
        return expand_mul(rebuild(formula, [expanded(a, chance) for a in formula.args]), deep=False)
    return formula


def pushed_in(formula: Expr, chance: random.Random) -> Expr:
    """Factors before a sum put into it."""
    if isinstance(formula, Mul):
        sums = [f for f in formula.args if isinstance(f, Sum)]
        rest = Mul(*(f for f in formula.args if f not in sums[:1]))
        if sums:
            letter, size = range_of(sums[0])
            new = fresh(letters_in(formula))
            return total(rest * substitute(sums[0].args[0], {letter: new}), (new, size))
    if isinstance(formula, Add):
        return Add(*(pushed_in(a, chance) for a in formula.args))
    return formula


def split(formula: Expr, chance: random.Random) -> Expr:
    """A sum over terms as several sums."""
    if isinstance(formula, Sum) and isinstance(formula.args[0], Add):
        return Add(*(total(term, range_of(formula)) for term in formula.args[0].args))
    if isinstance(formula, (Add, Mul)):
        return rebuild(formula, [split(a, chance) for a in formula.args])
    return formula


def halved(formula: Expr, chance: random.Random) -> Expr:
    """One factor written as a difference: A is 3A - 2A in a product."""
    if isinstance(formula, Mul):
        first, *rest = formula.args
        return Mul(Add(3 * first, Mul(-2, first), evaluate=False), *rest, evaluate=False)
    return formula


REWRITINGS = (renamed, expanded, pushed_in, split, halved)


def shuffled(node: Expr, chance: random.Random) -> str:
    """The formula as text, terms and factors in any order, brackets everywhere."""
    if isinstance(node, (Add, Mul)):
        parts = [f"({shuffled(a, chance)})" for a in node.args]
        chance.shuffle(parts)
        return (" + " if isinstance(node, Add) else "*").join(parts)
    if isinstance(node, Sum):
        return f"sum({range_of(node)[0]}, {shuffled(node.args[0], chance)})"
    if isinstance(node, Pow) and node.args[1].is_Integer and node.args[1] > 0:
        return f"({shuffled(node.args[0], chance)})^{node.args[1]}"
    return plain(node)


def gap(asked: Question) -> float | None:
    """How far the sides are apart, in plain floating point by other code than the judge's."""
    arrays = {**{cotangent_name(n): axes for n, axes in asked.model.axes.items()}, **asked.model.axes}
    arrays |= {name: tuple(e.ranges[i] for i in e.indices) for name, e in asked.derivatives.items()}
    widths = {}
    for axes in arrays.values():
        for axis in axes:
            for dimension in sorted(filter(is_dimension, axis.free_symbols), key=str):
                widths.setdefault(dimension, WIDTHS[len(widths) % len(WIDTHS)])
    found = []
    for seed in range(3):
        point = Floats(arrays, widths, seed, asked.definitions, asked.facts, asked.functions)
        found.append(point.gap(asked.left, asked.right, asked.ranges))
    known = [far for far in found if far is not None]
    return max(known) if known else None


def made_by(kind: str, asked: Question) -> bool:
    """Whether a mistake of this kind makes the claim, too, from one of the right formulas."""
    sieve, setting = Sieve(asked), Setting(asked)
    for row in MISTAKES:
        if row.kind == kind:
            for form in forms(setting):
                for change in row.spoil(form, asked.ranges, setting):
                    values = (
                        sieve.value(change.formula, site)
                        if change.line is None
                        else sieve.under(change.line, change.formula, site)
                        for site in range(len(sieve.sites))
                    )
                    if all(map(close, values, sieve.right)):
                        return True
    return False
