"""The derivation of one derivative: chain rule, local derivatives, and what they simplify to."""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import replace as replace_field

from sympy import Add, Expr, Indexed, Mul, S, Sum, Symbol

from ..records import Equation, Model, Proof
from ..renaming import clear_of, found_in, replace, substitute
from ..terms import Named, Partial, element, indices_of, kron, name_of, range_of, total
from .book import Book, through_outputs
from .calculus import arrays_in, partial
from .checking import all_of, by_parts, checked, proved
from .contract import contract
from .network import Graph, entry, instance, letters_for, tied_letters
from .recognition import length, named_again
from .simplify import apply_facts, collect
from .steps import Result, Step, cotangent, cotangent_name

SHORT = 2
"""What is put in more than once has fewer operations than this."""


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

    def put_in(self, rule: str, parts: dict[Expr, Expr], after: Expr, about: tuple = (), uses: tuple = (), **context):
        """Record a step in which equals stand for equals, each pair proved, and the line becomes `after`."""
        if after == self.line:
            return
        step = Step(rule, self.line, after, about=about, uses=uses, ranges=self.ranges)
        proof = by_parts(self.line, after, parts, self.ranges, rule, **context)
        self.steps.append(replace_field(step, proof=proof))
        self.line = after


def derive_one(model: Model, graph: Graph, name: str, asked: bool, found: dict[str, Equation], book: Book) -> Result:
    """The derivative of the cost by the array `name`; `found` holds those derived before it."""
    by = entry(model, name)
    left = cotangent(by)
    ranges = dict(zip(letters_for(model, name), model.axes.get(name, ()), strict=True))
    work = _Work(model, graph, found, book, ranges, left)
    _chain_rule(work, by)
    _local_derivatives(work, by)
    work.advance("contract", contract(work.line, ranges))
    _name_again(work, by)
    _insert(work)
    work.advance("contract", contract(work.line, ranges))
    _name_again(work, by)
    _through_outputs(work, by)
    after, used = apply_facts(work.line, model.facts)
    work.advance("fact", after, facts=used)
    kind = "gradient" if asked else "delta" if cotangent_name(name).startswith("delta") else "cotangent"
    work.advance("simplify", collect(work.line, fractions=kind != "cotangent"))
    return Result(cotangent_name(name), name, kind, left, work.line, ranges, tuple(work.steps))


def _chain_rule(work: _Work, by: Expr) -> None:
    """The line becomes the sum over all consumers, entries that cannot depend on `by` left out.

    That no consumer is forgotten is what the audit of the whole model says.
    """
    consumers = work.graph.consumers.get(name_of(by), ())
    given = [cotangent(by)] if name_of(by) in work.model.outputs else []
    after = Add(*(_through(work, e, by, tied_letters(e, by)) for e in consumers), *given)
    if after == work.line:
        return
    rule, about = "upstream" if given else "chain-rule", found_in(after, Partial)
    step = Step(rule, work.line, after, about=about, uses=tuple(e.name for e in consumers), ranges=work.ranges)
    proofs = [proof for e in consumers if (tied := tied_letters(e, by)) for proof in _only_tied(work, e, by, tied)]
    work.steps.append(replace_field(step, proof=all_of(proofs)))
    work.line = after


def _only_tied(work: _Work, equation: Equation, by: Expr, tied: dict[Symbol, Expr]) -> list[Proof]:
    """That the entries left out of the chain rule do not depend on `by`, and what the sum over all becomes.

    The first holds whatever the slopes by the entries in the equation are. In the second the
    partial derivative is any array P: nothing more is needed of it.
    """
    left, _, loose = instance(equation, {}, set(indices_of(by)))
    rule, ranges, here = "chain-rule", {**work.ranges, **dict(loose)}, Partial(left, by)
    letters = dict(zip(equation.indices, indices_of(left), strict=True))
    meets = [kron(letters[letter], index) for letter, index in tied.items()]
    linear = {equation.name: _linear(equation, name_of(by))}
    proofs = [proved(here, Mul(here, *meets), ranges, rule, linear)]
    if equation.name == work.model.cost or equation.name not in work.graph.wanted:
        return proofs
    kept, _, rest = instance(equation, tied, set(indices_of(by)))
    whole, part = (Mul(cotangent(of), element("P", *indices_of(of), *indices_of(by))) for of in (left, kept))
    return [*proofs, proved(total(Mul(whole, *meets), *loose), total(part, *rest), work.ranges, rule)]


def _linear(equation: Equation, array: str) -> Equation:
    """The equation with any slopes by the entries of an array, and nothing else in it."""
    terms: list[Expr] = []

    def visit(node: Expr, binders: tuple[tuple[Symbol, Expr], ...]) -> None:
        if isinstance(node, Sum):
            visit(node.function, (*binders, range_of(node)))
        elif isinstance(node, Indexed):
            if name_of(node) == array:
                letters = dict.fromkeys((*equation.indices, *(letter for letter, _ in binders)))
                terms.append(total(Mul(node, element(f"slope {len(terms)}", *letters)), *binders))
        else:
            for argument in node.args:
                visit(argument, binders)

    visit(equation.right, ())
    return replace_field(equation, right=Add(*terms))


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
        values[node] = lemma.right if lemma else contract(partial(right, by), ranges)
    rule = "lemma" if by_lemma else "local-derivative"
    after = replace(work.line, values)
    work.put_in(rule, values, after, about=tuple(values), uses=tuple(definitions), definitions=definitions)


def _insert(work: _Work) -> None:
    """Put in derivatives found before, where that repeats no sum; at several places only where it shortens."""
    sure: dict[Expr, Expr] = {}
    tried: dict[Expr, Expr] = {}
    for atom in found_in(work.line, (Indexed, Symbol)):
        equation = work.found.get(name_of(atom))
        if equation is None or name_of(atom).startswith("delta") or not _may_insert(work, atom, equation):
            continue
        letters = dict(zip(equation.indices, indices_of(atom), strict=True))
        mapping = sure if _stands_once(work, atom) or equation.right.count_ops() < SHORT else tried
        mapping[atom] = clear_of(substitute(equation.right, letters), work.ranges)
    after, whole = (contract(replace(work.line, values), work.ranges) for values in (sure, {**sure, **tried}))
    if tried and length(collect(whole)) <= length(collect(after)):
        after, sure = whole, {**sure, **tried}
    used = {name_of(atom): work.found[name_of(atom)] for atom in sure}
    work.put_in("insert", sure, after, about=tuple(sure), definitions=used)


def _stands_once(work: _Work, atom: Expr) -> bool:
    return sum(name_of(a) == name_of(atom) for a in found_in(work.line, (Indexed, Symbol))) == 1


def _may_insert(work: _Work, atom: Expr, equation: Equation) -> bool:
    if not equation.right.has(Sum):
        return name_of(atom) not in arrays_in(equation.right)
    under_sum = any(name_of(atom) in arrays_in(s) for s in found_in(work.line, Sum))
    array = work.graph.of_cotangent[name_of(atom)]
    feeds = [n for n in arrays_in(work.model.equation(array).right) if n in work.graph.wanted]
    once = _stands_once(work, atom) and not under_sum
    return once and sum(_needs(work, n, name_of(atom)) for n in feeds) == 1


def _needs(work: _Work, array: str, cotangent: str) -> bool:
    """Whether the derivative by an array is written in a cotangent, or may come to be."""
    found = work.found.get(cotangent_name(array))
    return found is None or cotangent in arrays_in(found.right)


def _name_again(work: _Work, by: Expr) -> None:
    """Arrays of the model where the line spells out what they are."""
    defined = {e.name: e for e in work.model.equations if e.name in arrays_in(work.line)}
    near = {**{e.name: e for e in work.graph.consumers.get(name_of(by), ())}, **defined}
    after, names = named_again(work.line, near.values(), work.ranges)
    work.advance("name", after, uses=names, definitions={name: near[name] for name in names})


def _through_outputs(work: _Work, by: Expr) -> None:
    consumers = work.graph.consumers.get(name_of(by), [])
    after, arrays, functions = through_outputs(work.line, consumers, work.book)
    slopes = (slope for slope in found_in(work.line, Named) if slope.order)
    work.put_in(
        "through-output",
        {slope: through_outputs(slope, consumers, work.book)[0] for slope in slopes},
        after,
        uses=arrays,
        definitions={name: work.model.equation(name) for name in arrays},
        functions={n: f for n, f in work.model.functions.items() if functions},
    )
