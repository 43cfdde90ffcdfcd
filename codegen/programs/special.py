"""Functions that NumPy does not have: the error function, and the normal distribution made of it."""

from __future__ import annotations

from collections.abc import Mapping

from derive.terms import named

ERF, NORMAL = "erf", "normal_by_erfc"

normal = named(NORMAL)
"""The normal distribution as formulas have it: normal(u) = (1 + erf(u/sqrt(2)))/2."""

MEANINGS: Mapping[str, str] = {
    ERF: "The error function, entry by entry.",
    NORMAL: "The normal distribution (1 + erf(z/sqrt(2)))/2, entry by entry, small values with all their digits.",
}

SPECIAL: Mapping[str, str] = {
    ERF: f'''def erf(z):
    """{MEANINGS[ERF]}"""
    z = np.asarray(z)
    return np.vectorize(math.erf, otypes=[float])(z).astype(z.dtype)
''',
    NORMAL: f'''def normal_by_erfc(z):
    """{MEANINGS[NORMAL]}"""
    z = np.asarray(z)
    return np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2)).astype(z.dtype) / 2
''',
}
"""How they are written for NumPy."""


def of_library(erf: str, erfc: str) -> dict[str, str]:
    """How they are written where a library has erf(x) and erfc(x) = 1 - erf(x), called like this."""
    return {
        ERF: f'def erf(z):\n    """{MEANINGS[ERF]}"""\n    return {erf}(z)\n',
        NORMAL: f'def normal_by_erfc(z):\n    """{MEANINGS[NORMAL]}"""\n    return {erfc}(-z / math.sqrt(2)) / 2\n',
    }
