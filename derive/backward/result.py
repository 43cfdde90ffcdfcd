"""The derivation of one derivative: chain rule, local derivatives, and what they simplify to."""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import replace as replace_field

from sympy import Add, Expr, Indexed, Mul, S, Sum, Symbol

from ..records import Equation, Model
from ..renaming import clear_of, found_in, replace, substitute
from ..terms import Partial, indices_of, name_of, total
from .book import Book, through_outputs
from .calculus import arrays_in, partial
from .checking import checked, proved
from .network import Graph, entry, instance, letters_for, tied_letters
from .simplify import apply_facts, collect, contract
from .steps import Result, Step, cotangent, cotangent_name


@dataclass
class _Work:
    """One derivation under way: the line reached so far and the steps that led there."""

    model: Model
    graph: Graph
    found: dict[str, Equation]
    book: Book
    ranges: dict[Symbol, Expr]
    line: Expr
    steps: list[Step] = field(default_factory=list)

    def advance(self, rule: str, after: Expr, *, about: tuple = (), uses: tuple = (), facts: tuple = (), **context):
        """Record a checked step to `after`, unless the line stays as it is."""
        if after == self.line:
            return
        named = tuple(fact.text for fact in facts)
        step = Step(rule, self.line, after, about=about, uses=uses, facts=named, ranges=self.ranges)
        self.steps.append(checked(step, facts=facts, **context))
        self.line = after


def derive_one(model: Model, graph: Graph, name: str, asked: bool, found: dict[str, Equation], book: Book) -> Result:
    """The derivative of the cost by the array `name`; `found` holds those derived before it."""
    by = entry(model, name)
    left = cotangent(by)
    ranges = dict(zip(letters_for(model, name), model.axes.get(name, ()), strict=True))
    work = _Work(model, graph, found, book, ranges, left)
    _chain_rule(work, by)
    _local_derivatives(work, by)
    work.advance("contract", contract(work.line))
    _insert(work)
    work.advance("contract", contract(work.line))
    _through_outputs(work, by)
    after, used = apply_facts(work.line, model.facts)
    work.advance("fact", after, facts=used)
    kind = "gradient" if asked else "delta" if cotangent_name(name).startswith("delta") else "cotangent"
    work.advance("simplify", collect(work.line, fractions=kind != "cotangent"))
    return Result(cotangent_name(name), name, kind, left, work.line, ranges, tuple(work.steps))


def _chain_rule(work: _Work, by: Expr) -> None:
    """The line becomes the sum over all consumers, entries that cannot depend on `by` left out.

    Proved equal to the chain rule in full: the sum over every entry of every consumer. That no
    consumer is forgotten is what the audit of the whole model says.
    """
    consumers = work.graph.consumers.get(name_of(by), ())
    given = [cotangent(by)] if name_of(by) in work.model.outputs else []
    tied = {e.name: tied_letters(e, by) for e in consumers}
    after = Add(*(_through(work, e, by, tied[e.name]) for e in consumers), *given)
    if after == work.line:
        return
    full = Add(*(_through(work, e, by, {}) for e in consumers), *given) if any(tied.values()) else after
    definitions = {e.name: e for e in consumers}
    rule, about = "upstream" if given else "chain-rule", found_in(after, Partial)
    step = Step(rule, work.line, after, about=about, uses=tuple(definitions), ranges=work.ranges)
    work.steps.append(replace_field(step, proof=proved(full, after, work.ranges, rule, definitions)))
    work.line = after


def _through(work: _Work, equation: Equation, by: Expr, tied: dict[Symbol, Expr]) -> Expr:
    left, _, loose = instance(equation, tied, set(indices_of(by)))
    if equation.name == work.model.cost:
        return Partial(left, by)
    if equation.name not in work.graph.wanted:
        return S.Zero
    return total(Mul(cotangent(left), Partial(left, by)), *loose)


def _local_derivatives(work: _Work, by: Expr) -> None:
    values: dict[Expr, Expr] = {}
    definitions: dict[str, Equation] = {}
    by_lemma = False
    for node in found_in(work.line, Partial):
        equation = work.model.equation(name_of(node.of))
        definitions[equation.name] = equation
        letters = dict(zip(equation.indices, indices_of(node.of), strict=True))
        _, right, _ = instance(equation, letters, set(indices_of(by)))
        ranges = {**work.ranges, **{letters[i]: equation.ranges[i] for i in equation.indices}}
        lemma = work.book.jacobian(equation, node.of, right, by, ranges)
        by_lemma = by_lemma or lemma is not None
        values[node] = lemma.right if lemma else contract(partial(right, by))
    rule = "lemma" if by_lemma else "local-derivative"
    about = tuple(values)
    work.advance(rule, replace(work.line, values), about=about, uses=tuple(definitions), definitions=definitions)


def _insert(work: _Work) -> None:
    """Put in derivatives found before, where that repeats no sum."""
    mapping: dict[Expr, Expr] = {}
    used: dict[str, Equation] = {}
    for atom in found_in(work.line, (Indexed, Symbol)):
        equation = work.found.get(name_of(atom))
        if equation is None or name_of(atom).startswith("delta") or not _may_insert(work, atom, equation):
            continue
        letters = dict(zip(equation.indices, indices_of(atom), strict=True))
        mapping[atom] = clear_of(substitute(equation.right, letters), work.ranges)
        used[equation.name] = equation
    after = contract(replace(work.line, mapping)) if mapping else work.line
    work.advance("insert", after, about=tuple(mapping), definitions=used)


def _may_insert(work: _Work, atom: Expr, equation: Equation) -> bool:
    if not equation.right.has(Sum):
        return name_of(atom) not in arrays_in(equation.right)
    same = [a for a in found_in(work.line, (Indexed, Symbol)) if name_of(a) == name_of(atom)]
    under_sum = any(name_of(atom) in arrays_in(s) for s in found_in(work.line, Sum))
    array = work.graph.of_cotangent[name_of(atom)]
    feeds = [n for n in arrays_in(work.model.equation(array).right) if n in work.graph.wanted]
    return len(same) == 1 and not under_sum and len(feeds) == 1


def _through_outputs(work: _Work, by: Expr) -> None:
    consumers = work.graph.consumers.get(name_of(by), [])
    after, arrays, functions = through_outputs(work.line, consumers, work.book)
    work.advance(
        "through-output",
        after,
        uses=arrays,
        definitions={name: work.model.equation(name) for name in arrays},
        functions={n: f for n, f in work.model.functions.items() if functions},
    )
