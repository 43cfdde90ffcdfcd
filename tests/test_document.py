"""What a document says, before any writer gives it a form."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made import N0, N1, PROVED, SIGMOID, I, J, K, Result, Step, entry, softmax_derivation
from sympy import S

from codegen.documents import document, latex_document, terminal_document
from codegen.documents.context import Context
from codegen.documents.document import Algorithm, Box, Chain, Display, Heading, Paragraph, Section
from codegen.documents.latex import latex_math
from codegen.documents.layers import Run, equation_runs, result_runs
from codegen.documents.notation import notation_for
from codegen.documents.texts import ENGLISH, LANGUAGES, fill
from derive.backward.backprop import backpropagate
from derive.backward.calculus import arrays_in
from derive.backward.rules import RULES
from derive.backward.steps import Derivation
from derive.records import Equation, Formula, Model
from derive.terms import Partial, dimension, maximum, named, scalar, total


def section(title: str, derivation: Derivation | None = None) -> Section:
    made = document(derivation or softmax_derivation())
    return next(s for s in made.sections if s.title == title)


def said(blocks: tuple) -> str:
    """The paragraphs, formulas as LaTeX."""
    words = [word for block in blocks if isinstance(block, Paragraph | Heading) for word in block.words]
    return "".join(word if isinstance(word, str) else latex_math(word) for word in words)


def deep_derivation(depth: int) -> Derivation:
    """A chain of tanh layers with the cost 1/2 sum(a^2), and derivatives without their steps."""
    equations, results, axes, letters = [], [], {"x": (dimension("n0"),)}, {"x": (I,)}
    below, of = "x", I
    for layer in range(1, depth + 1):
        to = (J, K, I)[(layer - 1) % 3]
        size = {to: dimension(f"n{layer}")}
        weight, bias = entry(f"W{layer}", to, of), entry(f"b{layer}", to)
        z, a = entry(f"z{layer}", to), entry(f"a{layer}", to)
        affine = total(weight * entry(below, of), (of, dimension(f"n{layer - 1}"))) + bias
        equations += [Equation(f"z{layer}", (to,), affine, size), Equation(f"a{layer}", (to,), named("tanh")(z), size)]
        for name in (f"z{layer}", f"a{layer}", f"b{layer}"):
            axes[name], letters[name] = (dimension(f"n{layer}"),), (to,)
        axes[f"W{layer}"], letters[f"W{layer}"] = (dimension(f"n{layer}"), dimension(f"n{layer - 1}")), (to, of)
        delta, slope = entry(f"delta{layer}", to), 1 - a**2
        up = (J, K, I)[layer % 3]
        back = total(entry(f"W{layer + 1}", up, to) * entry(f"delta{layer + 1}", up), (up, dimension(f"n{layer + 1}")))
        step = Step("simplify", delta, (back if layer < depth else a) * slope, PROVED)
        gradient = entry(f"dC/dW{layer}", to, of)
        weights = Step("simplify", gradient, delta * entry(below, of), PROVED)
        results = [
            Result(f"delta{layer}", f"z{layer}", "delta", delta, step.after, size, (step,)),
            Result(f"dC/dW{layer}", f"W{layer}", "gradient", gradient, weights.after, size, (weights,)),
            *results,
        ]
        below, of = f"a{layer}", to
    cost = Equation("C", (), total(entry(below, of) ** 2, (of, dimension(f"n{depth}"))) / 2)
    parameters = tuple(f"{stem}{layer}" for layer in range(1, depth + 1) for stem in "Wb")
    widths = tuple(dimension(f"n{layer}") for layer in range(depth + 1))
    model = Model(
        (*equations, cost), ("x",), parameters, {**axes, "C": ()}, {**letters, "C": ()}, "C",
        sizes=dict.fromkeys(widths, 8), widths=widths,
    )  # fmt: skip
    return Derivation(model, tuple(results), (), PROVED)


def test_every_rule_has_a_reason() -> None:
    for language in LANGUAGES.values():
        assert set(RULES) <= set(language.reasons)


def test_every_reason_has_a_template_that_needs_nothing() -> None:
    for language in LANGUAGES.values():
        for rule in language.reasons:
            assert language.reason(rule)


def test_an_unknown_rule_speaks_by_its_key() -> None:
    assert ENGLISH.reason("new-rule") == ("new rule",)


def test_templates_are_filled_with_words() -> None:
    assert fill("a {x} c", {"x": ("b",)}) == ("a ", "b", " c")


def test_the_sections_in_their_order() -> None:
    titles = [s.title for s in document(softmax_derivation()).sections]
    assert titles == [
        "The network", "What is derived", "The output layer", "Hidden layer 1", "Results", "The algorithm",
        "How each line was checked", "Appendix: the derivatives used",
    ]  # fmt: skip


def test_a_line_for_every_step_each_with_a_reason_and_a_tick() -> None:
    derivation = softmax_derivation()
    made = document(derivation, detail="every")
    lines = [line for s in made.sections for b in s.blocks if isinstance(b, Chain) for line in b.lines]
    assert len(lines) == len(derivation.steps)
    assert all(line.checked and line.reason for line in lines)


def test_numbers_are_unique_and_reasons_point_at_them() -> None:
    made = document(softmax_derivation())
    blocks = [b for s in made.sections for b in s.blocks]
    numbers = [b.number for b in blocks if isinstance(b, Display)]
    numbers += [line.number for b in blocks if isinstance(b, Chain) for line in b.lines]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    shown = terminal_document(made)
    assert "differentiate (3)" in shown and "since" in shown


def test_the_network_names_widths_facts_and_functions() -> None:
    words = said(section("The network").blocks)
    assert "n_0 = 4" in words and r"\sum_{k=1}^{n_2} y_k = 1" in words and r"\sigma(z) = 1/(1 + \exp(-z))" in words


def test_the_convention_at_a_kink_is_said() -> None:
    derivation = softmax_derivation()
    z = scalar("z")
    relu = Formula("relu", z, maximum(z, 0), kinks=(S.Zero,))
    words = said(
        section("The network", replace(derivation, model=replace(derivation.model, functions={"relu": relu}))).blocks
    )
    assert r"Where \operatorname{relu} has a kink, at 0, its slope is taken to be 0." in words


def test_three_boxes_of_results() -> None:
    boxes = [b for b in section("Results").blocks if isinstance(b, Box)]
    assert [len(b.formulas) for b in boxes] == [6, 6, 4]
    assert any(r"\mathbf{\Delta}^{(2)\top}" in latex_math(f) for f in boxes[2].formulas)


def test_the_algorithm_online_and_in_batches() -> None:
    online, batch = (b for b in section("The algorithm").blocks if isinstance(b, Algorithm))
    assert len(online.lines) == 10 and len(batch.lines) == 14
    assert max(depth for depth, _ in batch.lines) == 2


def test_widths_as_names() -> None:
    derivation = softmax_derivation()
    made = document(replace(derivation, model=replace(derivation.model, sizes={})))
    assert "n0-n1-n2" in made.title
    assert "any positive whole numbers" in said(made.sections[0].blocks)


def test_deep_networks_are_gathered_into_runs() -> None:
    derivation = deep_derivation(9)
    assert equation_runs(derivation.model) == (Run(1, 1), Run(2, 9))
    assert result_runs(derivation.model, derivation.results) == (Run(1, 1), Run(2, 8), Run(9, 9))
    context = Context(derivation, notation_for(derivation.model), ENGLISH)
    assert latex_math(context.layers(Run(2, 8))) == r"l = 2,  \dots , 8"


def test_deep_documents_stay_short() -> None:
    lengths = [len(latex_document(document(deep_derivation(depth)))) for depth in (9, 30)]
    assert lengths[1] < 1.3 * lengths[0]
    shown = terminal_document(document(deep_derivation(9)))
    assert "Hidden layer 8" in shown and "Hidden layer 7" in shown and "Hidden layer 6" not in shown
    assert "n₀ = … = n₉ = 8" in shown


def test_a_layer_without_a_cost() -> None:
    slope = Partial(entry("h", J), entry("x", I))
    equation = Equation("h", (J,), SIGMOID(total(entry("W", J, I) * entry("x", I), (I, N0))), {J: N1})
    letters = {"h": (J,), "x": (I,), "W": (J, I)}
    model = Model((equation,), ("x",), ("W",), {"h": (N1,), "x": (N0,), "W": (N1, N0)}, letters, outputs=("h",))
    step = Step("chain-rule", entry("dC/dx", I), total(entry("dC/dh", J) * slope, (J, N1)), PROVED, about=(slope,))
    result = Result("dC/dx", "x", "gradient", entry("dC/dx", I), step.after, {I: N0}, (step,))
    made = document(Derivation(model, (result,), (), PROVED))
    shown = latex_document(made)
    assert "given from outside" in shown and r"\partial C/\partial h_j" in shown
    assert "The algorithm" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert set(LANGUAGES[language].sentences) == set(ENGLISH.sentences)


UNDER = Model.parse(
    "data x\nsize n_t = 4\nu[t] = sum(s, w_s[s]*x[t,s])\nv[t] = relu(u[t])\nC = sum(t, log(1 + v[t]^2))\nbatch x"
)
SHARED = Model.parse(
    "data x\nparam V\nh[j] = tanh(sum(i, W[j,i]*x[i]))\ng[k] = tanh(sum(j, V[k,j]*h[j]))\n"
    "C = sum(k, g[k]^2) + sum(k, g[k]*h[k])\nbatch x"
)
OPEN = Model.parse("data x\nz[j] = sum(i, W[j,i]*x[i])\nh[j] = tanh(z[j])\noutput h\nbatch x")


def all_words(derivation: Derivation) -> str:
    return said(tuple(b for s in document(derivation).sections for b in s.blocks))


def test_without_error_terms_only_the_derivatives_are_wanted() -> None:
    words = all_words(backpropagate(UNDER))
    assert r"Wanted are the derivatives of the cost by \mathbf{w}_s" in words
    assert "Wanted are these and" in all_words(softmax_derivation())


def test_one_result_without_a_matrix_form_has_none_several_have_none() -> None:
    derivation = softmax_derivation()
    first, second, *others = derivation.results
    one = replace(derivation, results=(replace(first, matrix=None), second, *others))
    two = replace(derivation, results=(replace(first, matrix=None), replace(second, matrix=None), *others))
    assert "has no matrix form" in all_words(one) and "have no matrix form" in all_words(two)


def test_widths_in_the_checks_are_formulas() -> None:
    audit = replace(PROVED, widths=({"n_t": 4, "n_s": 2}, {"n_t": 5, "n_s": 3}))
    words = said(section("How each line was checked", replace(softmax_derivation(), audit=audit)).blocks)
    assert "The widths n_t = 4 and n_s = 2; n_t = 5 and n_s = 3 were the test sizes" in words


def test_the_bound_is_the_weakest_of_all_checks() -> None:
    derivation = replace(softmax_derivation(), audit=replace(PROVED, error_bits=61))
    words = said(section("How each line was checked", derivation).blocks)
    assert "2^{-61}" in words and "matrix forms were proved equal" in words and "written in full" in words


def test_a_kink_without_a_slope_is_passed_over() -> None:
    z = scalar("z")
    pole = Formula("pole", z, maximum(z, 0) / z, kinks=(S.Zero,))
    derivation = softmax_derivation()
    words = all_words(replace(derivation, model=replace(derivation.model, functions={"pole": pole})))
    assert "kink" not in words and "nan" not in words


def test_a_slope_in_the_input_is_named_as_the_function_s_slope() -> None:
    shown = terminal_document(document(backpropagate(UNDER)), 200)
    assert "the slope of relu, by Lemma 1" in shown and "slope through the output" not in shown


@pytest.mark.parametrize("model", [UNDER, SHARED], ids=["under", "shared"])
def test_the_algorithm_computes_every_derivative_before_it_is_used(model: Model) -> None:
    derivation = backpropagate(model)
    assert any(isinstance(b, Algorithm) for b in section("The algorithm", derivation).blocks)
    known = {*model.data, *model.parameters, *(e.name for e in model.equations)}
    for result in derivation.answers:
        assert arrays_in(result.right) <= known
        known.add(result.name)
    online = next(b for b in section("The algorithm", derivation).blocks if isinstance(b, Algorithm))
    assert len(online.lines) == 2 + len(derivation.answers) + len(model.parameters)


def test_the_batch_of_a_model_without_a_cost_is_summed() -> None:
    box = [b for b in section("Results", backpropagate(OPEN)).blocks if isinstance(b, Box)][-1]
    words = "".join(w if isinstance(w, str) else latex_math(w) for w in box.title)
    assert "sum over them" in words and "C" not in words


def test_the_notation_table_explains_the_signs() -> None:
    shown = terminal_document(document(softmax_derivation()), 160)
    assert "𝟙[…]" in shown and "A, Δ, X and Y" in shown and "number of records in a batch" in shown
    plain = terminal_document(document(backpropagate(SHARED)), 160)
    assert "computed by the equations" in plain and "derivative of the cost by one entry" in plain
