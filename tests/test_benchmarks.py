"""The measurement of generated code: all compute the same, nothing is left out without a word, no busy machine."""

from __future__ import annotations

import importlib.util
import json
import math
import platform
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks import child, goals, measuring, plot, quiet, report, speed  # noqa: E402
from benchmarks.cases import AVX2, CASES, DTYPES, SETTINGS, Case, Setting, drawn  # noqa: E402
from benchmarks.contenders import CONTENDERS, REFERENCE, Contender, bare  # noqa: E402
from benchmarks.libraries import Absent, textbook  # noqa: E402
from benchmarks.results import Results, Row, machine  # noqa: E402

TINY = next(name for name, case in CASES.items() if case.tiny)
SMALL = {hidden: Case((5, 4, 6, 3), hidden, 7, {}) for hidden in sorted({case.hidden for case in CASES.values()})}
HAND = "textbook NumPy"
JOB = {"threads": 1, "seconds": 0.0, "memory": True}
WRONG = [(1.001, "W1"), (-1.0, "b2"), (1.001, "cost"), (math.nan, "W2"), (0.0, "b1")]
BUSY = [(0.02, 9.0, None), (0.7, 0.0, "0.70 cores"), (None, 1.5, "load average 1.5"), (None, 0.2, None)]
"""Cores that others use, the load average, and what is said."""
GRADIENTS = {name: contender for name, contender in CONTENDERS.items() if not contender.bare}
COMPILED = {"PyTorch compiled", "PyTorch compiled, AVX2", "numba", "numba, bound"}
"""Each network takes a compiler seconds."""


def said_of(contenders: dict[str, Contender], dtype: str = "float32") -> list[dict]:
    """What a process says of the smallest network."""
    said: list[dict] = []
    child.measure(TINY, drawn(CASES[TINY], dtype), contenders, JOB, lambda **one: said.append(one))
    return said


def off(factor: float, name: str) -> Contender:
    """Textbook NumPy with one derivative off by a factor."""

    def make(problem):
        right = textbook(problem)

        def gradient():
            cost, grads = right()
            found = {"cost": cost, **grads}
            found[name] = found[name] * factor
            return found.pop("cost"), found

        return gradient

    return replace(CONTENDERS[HAND], make=make)


def made_up(ratio: float = 1.0, settings=SETTINGS, busy: str | None = None) -> Results:
    """Results as if every contender took so many times as long as the products, which take 1 µs in tiny networks."""
    rows = [
        Row(setting.kernels, setting.threads, network, dtype, name, took, bare, times, took, times, 9, 0.0)
        for setting in settings
        for network, case in CASES.items()
        for dtype in DTYPES
        for name, contender in CONTENDERS.items()
        if contender.takes_part(setting) and contender.takes(case)
        for bare in (1e-6 if case.tiny else 5e-3,)
        for times in (1.0 if contender.bare else ratio,)
        for took in (times * bare,)
    ]
    return Results("a machine", busy, rows, [], {}, {"x": "y is missing"})


@pytest.fixture
def all_digits():
    """JAX takes float64 as it is."""
    jax = importlib.util.find_spec("jax") and importlib.import_module("jax")
    with jax.enable_x64(True) if jax else nullcontext():
        yield


def taking_part(problem, names) -> dict:
    """The calls of contenders whose library is here."""
    calls = {}
    for name in names:
        if CONTENDERS[name].takes(problem.case):
            try:
                calls[name] = child.call_of(CONTENDERS[name], problem)
            except Absent as why:
                assert str(why).endswith(("is missing", "has no bind"))
    return calls


@pytest.mark.parametrize("hidden", SMALL)
@pytest.mark.parametrize("dtype", DTYPES)
def test_contenders_compute_the_same(hidden, dtype, all_digits):
    problem = drawn(SMALL[hidden], dtype)
    calls = taking_part(problem, GRADIENTS.keys() - COMPILED)
    assert {REFERENCE, HAND} <= set(calls)
    measuring.compare(calls, problem)


def test_contenders_of_the_tiny_network_compute_the_same(all_digits):
    problem = drawn(CASES[TINY], "float64")
    calls = taking_part(problem, GRADIENTS.keys() - COMPILED | {"numba", "numba, bound"})
    assert {REFERENCE, HAND, "python"} <= set(calls)
    measuring.compare(calls, problem)


@pytest.mark.parametrize(("factor", "name"), WRONG)
def test_a_contender_that_computes_something_else_is_caught(factor, name):
    with pytest.raises(measuring.Disagreement, match=rf"{HAND} computes something else: its {name} is off"):
        said_of({REFERENCE: CONTENDERS[REFERENCE], HAND: off(factor, name)})


def test_a_gradient_of_another_shape_is_caught():
    problem = drawn(CASES[TINY], "float64")
    right = child.call_of(CONTENDERS[REFERENCE], problem)

    def turned():
        cost, grads = right()
        return cost, {name: array.T for name, array in grads.items()}

    with pytest.raises(measuring.Disagreement, match="turned computes something else: its W1"):
        measuring.compare({REFERENCE: right, "turned": turned}, problem)


def test_a_missing_library_is_told_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "autograd", None)
    said = said_of({name: CONTENDERS[name] for name in (REFERENCE, "HIPS autograd")})
    assert {"absent": ["HIPS autograd", "autograd is missing"]} in said
    assert [one["row"]["contender"] for one in said if "row" in one] == [REFERENCE]


def test_a_missing_compiler_is_told_in_one_line(monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(Absent, match="needs a C[+][+] compiler"):
        CONTENDERS["PyTorch compiled"].make(drawn(CASES[TINY], "float32"))


def test_no_z_lies_at_a_corner():
    """Both hidden layers of ReLUs come out exactly, whatever the order of the sums."""
    for name in ("784-512-512-10 relu, batch 256", "784-512-512-10 relu, batch 4096"):
        small, large = (drawn(replace(CASES[name], batch=64), dtype) for dtype in DTYPES)
        a, exact = small.X, large.X
        for (W, b), (V, c) in list(zip(small.layers, large.layers, strict=True))[:2]:
            z, exact = a @ W.T + b, exact @ V.T + c
            assert np.array_equal(z, exact) and np.all(z != 0)
            a, exact = np.maximum(z, 0), np.maximum(exact, 0)


def test_bare_products_are_those_of_the_gradient(monkeypatch):
    """As many multiplications as forward, the weights, and all errors but that of the inputs."""
    case = Case((5, 4, 6, 3), "tanh", 7, {})
    run, counted, dot = bare(drawn(case, "float64")), [], np.dot

    def counting(a, b, out):
        counted.append(a.shape[0] * a.shape[1] * b.shape[1])
        return dot(a, b, out)

    monkeypatch.setattr(np, "dot", counting)
    run()
    edges = [a * b for a, b in zip(case.widths, case.widths[1:], strict=False)]
    assert sum(counted) == case.batch * (3 * sum(edges) - edges[0])


def test_other_libraries_multiply_as_often(monkeypatch):
    torch = pytest.importorskip("torch")
    case = Case((5, 4, 6, 3), "tanh", 7, {})
    run, counted, mm = CONTENDERS["PyTorch's products"].make(drawn(case, "float32")), [], torch.mm

    def counting(a, b, out):
        counted.append(a.shape[0] * a.shape[1] * b.shape[1])
        return mm(a, b, out=out)

    monkeypatch.setattr(torch, "mm", counting)
    run()
    edges = [a * b for a, b in zip(case.widths, case.widths[1:], strict=False)]
    assert sum(counted) == case.batch * (3 * sum(edges) - edges[0])


def test_what_must_live_together():
    """By hand: a1, delta2 and delta1; with a slope kept apart, a1, its slope and delta2; nothing but delta1."""
    assert measuring.together(Case((9, 5, 2), "tanh", 10, {})) == 10 * (5 + 2 + 5)
    assert measuring.together(Case((9, 5, 2), "gelu", 10, {})) == 10 * (5 + 5 + 2)
    assert measuring.together(Case((9, 2), "tanh", 10, {})) == 10 * 2


def test_a_call_of_generated_code_allocates_no_arrays():
    """But for the buffer of a fixed size that NumPy itself takes to add a vector to each row."""
    found = measuring.memory(drawn(CASES["784-128-10 sigmoid, batch 1024"], "float32"))
    assert found["call"] < 4 * np.getbufsize() + 4096 and found["workspace"] < 1.05 * found["least"]


@pytest.fixture
def quiet_here(monkeypatch):
    """No look at the machine."""
    monkeypatch.setattr(speed, "busy", lambda: None)


def looked(monkeypatch, cores: float) -> None:
    """As if other processes kept so many cores busy."""
    looks, seconds = count(), count()
    monkeypatch.setattr(quiet, "taken", lambda: next(looks) * cores)
    monkeypatch.setattr(quiet.time, "perf_counter", lambda: float(next(seconds)))
    monkeypatch.setattr(quiet.Watch, "_own", staticmethod(lambda: 0.0))


def test_a_busy_machine_is_refused(monkeypatch):
    looked(monkeypatch, 0.7)
    monkeypatch.setattr(speed, "busy", lambda: quiet.busy(0.0))
    monkeypatch.setattr(speed, "run", lambda *_: pytest.fail("measured all the same"))
    result = CliRunner().invoke(speed.main, [])
    assert result.exit_code == 3
    assert result.output.startswith("the machine is busy (other processes use 0.70 cores)")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(("cores", "load", "said"), BUSY)
def test_what_counts_as_busy(monkeypatch, cores, load, said):
    looked(monkeypatch, cores or 0.0)
    if cores is None:
        monkeypatch.setattr(quiet, "taken", lambda: None)
    monkeypatch.setattr(quiet.os, "getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    found = quiet.busy(0.0)
    assert found is None if said is None else said in found


def test_own_time_is_not_that_of_others(monkeypatch):
    machine, own, seconds = iter([10.0, 12.0]), iter([3.0, 4.5]), iter([0.0, 2.0])
    monkeypatch.setattr(quiet, "taken", lambda: next(machine))
    monkeypatch.setattr(quiet.Watch, "_own", staticmethod(lambda: next(own)))
    monkeypatch.setattr(quiet.time, "perf_counter", lambda: next(seconds))
    assert quiet.Watch().cores() == pytest.approx((2.0 - 1.5) / 2.0)


def test_a_setting_is_an_environment(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    for setting in SETTINGS:
        found = setting.environment()
        assert found.get("OPENBLAS_CORETYPE") == setting.kernels
        assert {found[f"{name}_NUM_THREADS"] for name in ("OPENBLAS", "OMP", "MKL")} == {str(setting.threads)}


def test_a_process_for_each_environment():
    """Each measures the generated code too, and each contender has its place once."""
    for setting in SETTINGS:
        made = [job for job in speed.jobs((setting.name,), tuple(CONTENDERS)) if job.setting == setting]
        assert all(job.contenders.count(REFERENCE) == 1 for job in made)
        taking = [name for job in made for name in job.contenders if name != REFERENCE]
        assert not made or {REFERENCE, *taking} == {n for n, c in CONTENDERS.items() if c.takes_part(setting)}
        assert len(taking) == len(set(taking))
        for job in made:
            for name in job.contenders:
                assert name == REFERENCE or CONTENDERS[name].environment.items() <= job.environment.items()


def test_words_choose(quiet_here):
    found = [place for job in speed.jobs(("2-3-2", "float64"), (REFERENCE,)) for place in job.networks]
    assert found and set(found) == {(TINY, "float64")}
    result = CliRunner().invoke(speed.main, ["no such network"])
    assert result.exit_code == 2 and result.output.startswith("nothing was measured")


def test_goals():
    """Half the products is better than any goal; ten times is worse than any figure, and no worse than the others."""
    quick, slow = made_up(0.4), made_up(20.0)
    for heading, look in goals.GOALS.items():
        assert all(finding.met for finding in look(quick)) and list(look(quick)), heading
    assert not any(finding.met for finding in goals.by_figure(slow))
    for look in (goals.against_pytorch, goals.beside_own_products, goals.against_jax):
        worse = replace_rows(slow, REFERENCE, 1.2)
        assert all(finding.met for finding in look(slow)) and not any(finding.met for finding in look(worse))
    if Setting(AVX2, 1) in SETTINGS:
        assert len(list(goals.by_figure(quick))) == sum(len(case.goals) for case in CASES.values())


def replace_rows(results: Results, contender: str, factor: float) -> Results:
    """The same with one contender slower."""
    rows = [replace(r, ratio=r.ratio * factor) if r.contender == contender else r for r in results.rows]
    return replace(results, rows=rows)


def test_the_page_says_what_is_missed():
    good, bad = (report.report(made_up(ratio), plot=False) for ratio in (0.4, 20.0))
    assert report.MISSED not in good and "missed:" not in good
    assert bad.count(f"{report.MISSED} |") == bad.count("missed:") > 0 or Setting(AVX2, 1) not in SETTINGS
    for text in (good, bad):
        assert all(setting.name in text for setting in SETTINGS) and all(name in text for name in (*CASES, *CONTENDERS))
        assert "x: y is missing" in text and "busy" not in text
    rows = [replace(row, others=0.8) for row in made_up().rows]
    assert "was busy (all of it)" in (said := report.report(replace(made_up(busy="all of it"), rows=rows), plot=False))
    assert said.count(report.DISTURBED + " |") == sum(row.dtype != "" for row in rows)


def test_every_table_has_as_many_cells_as_its_head():
    tables = [block.splitlines() for block in report.report(made_up(), plot=True).split("\n\n") if block[0] == "|"]
    assert len(tables) > len(SETTINGS)
    for table in tables:
        assert len({line.count("|") for line in table}) == 1


def test_numbers_are_read_back():
    results = made_up()
    assert Results.loads(results.dumps()) == results


def test_the_plot_is_the_same_for_the_same_numbers(tmp_path):
    pytest.importorskip("matplotlib")
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    assert plot.written(made_up(1.1), one) and plot.written(made_up(1.1), other)
    assert one.read_bytes() == other.read_bytes() and b"<dc:date>" not in one.read_bytes()
    assert set(plot.LOOKS) | {name + plot.NARROW for name in plot.LOOKS} >= set(CONTENDERS)
    assert len(set(plot.LOOKS.values())) == len(plot.LOOKS)


def test_no_plot_without_its_library(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert report.save(made_up(), tmp_path) == 0
    assert "no plot: matplotlib is missing" in capsys.readouterr().out
    assert "speed.svg" not in (tmp_path / "speed.md").read_text(encoding="utf-8")


def test_the_machine_has_no_name_of_its_own():
    assert platform.node() not in machine() or len(platform.node()) < 3
    assert str(Path.home()) not in machine()


def test_the_smallest_measurement(tmp_path, quiet_here):
    """The command from start to end."""
    words = ["2-3-2", "float64", "unset, 1 thread", "--quick", "-c", "textbook NumPy", "-c", "python"]
    result = CliRunner().invoke(speed.main, [*words, "-o", str(tmp_path)])
    assert result.exit_code == 0, result.output
    found = Results.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert {row.contender for row in found.rows} == {REFERENCE, HAND, "python"}
    for row in found.rows:
        assert row.setting == Setting(None, 1) and row.dtype == "float64" and row.pairs >= measuring.LEAST
        assert 0 < row.least_seconds <= row.seconds < 1 and row.ratio > 0
    assert [m["network"] for m in found.memory] == [TINY]
    assert "floats" in (tmp_path / "speed.md").read_text(encoding="utf-8")


def test_a_process_that_fails_is_told_in_one_line(monkeypatch, quiet_here):
    monkeypatch.setitem(speed.CASES, "unknown", CASES[TINY])
    result = CliRunner().invoke(speed.main, ["unknown", "--quick", "-c", REFERENCE])
    assert result.exit_code == 1
    assert result.output.splitlines()[-1].endswith("the process failed (KeyError: 'unknown')")


def test_a_process_says_what_it_stopped_for(monkeypatch, capfd):
    monkeypatch.setitem(child.CONTENDERS, HAND, off(2.0, "W2"))
    monkeypatch.setattr(child, "pin", lambda threads: None)
    monkeypatch.setattr(child.os, "dup2", lambda *_: None)
    assert child.main({**JOB, "networks": [[TINY, "float32"]], "contenders": [REFERENCE, HAND]}) == 1
    told = json.loads(capfd.readouterr().out)
    assert told == {"stop": f"{TINY}, float32: {HAND} computes something else: its W2 is off by 1.0e+00"}
    with pytest.raises(speed.Stopped, match="computes something else"):
        speed.gather("stop", told["stop"], SETTINGS[0], made_up())


def test_slow_calls_with_a_goal_are_made_more_often(monkeypatch):
    monkeypatch.setattr(measuring, "WARM", 0.005)
    counted = {"numpy": 0, "textbook": 0, "quick": 0}

    def slow(name, seconds):
        def call():
            counted[name] += 1
            time.sleep(seconds)

        return call

    calls = {"numpy": slow("numpy", 0.01), "textbook": slow("textbook", 0.01), "quick": slow("quick", 0.001)}
    found = measuring.timed(calls, lambda: None, 0, 1, {"numpy", "quick"})
    pairs = {name: times.pairs for name, times in found.items()}
    assert pairs == {"numpy": measuring.OFTEN * measuring.LEAST, "textbook": measuring.LEAST, "quick": measuring.LEAST}
    assert counted["numpy"] > counted["textbook"]
