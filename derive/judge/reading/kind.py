"""Which language a formula is written in."""

from __future__ import annotations

import re

from .limits import LONGEST_FORMULA

_LATEX = re.compile(r"\\[A-Za-z,;!|{]|\$")
_BRACED = re.compile(r"[\^_]\s*\{")
_TYPED = re.compile(r"[⊙∘]|\b(d?[A-Za-z]\d|delta|sigma|theta|eta)")
_CHANGED = re.compile(r"(?<![=<>!])[+\-]=")
_NUMPY = re.compile(
    r"\b(np|numpy|jnp|torch)\s*\.|\baxis\s*=|\bkeepdims\b|\.(T|dot|sum|mean|shape|reshape|astype|copy|transpose)\b"
    r"|\bself\.|\[\s*['\"]|\blen\s*\(|\*\*|\[\s*:|\bNone\s*\]"
)
_MATRIX = re.compile(r"[⊙∘@ᵀ⊤⊗‖←²₀-₉]|\.\*|\^\s*[T⊤](?![\w])|\bouter\s*\(|\bdiag\s*\(|\^T\b|<-|:=")
_INDEXED = re.compile(r"\w\s*\[[^\]]")
_ARRAYS = re.compile(r"\b(np|numpy|jnp|torch|self)\s*\.|\.(T|dot|sum|mean|shape)\b|\[\s*(['\":]|None\b)|axis\s*=")
_RECORDS = re.compile(r"\bd?[XYZAHOT]\d*\b")
_BESIDE = re.compile(
    r"[\w'\])}]\s+[^\W\d]\w*'*|\)\s*\(|\)\s*[^\W_]|(?<![\w.])\d+(?:\.\d+)?\s*(?:\(|[^\W\d_](?![+-]?\d))"
)


def kind_of(text: str) -> str:
    """``plain`` (index notation and scalars), ``latex``, ``matrix`` or ``numpy``.

    A backslash or a script in braces means LaTeX; ``np.``, ``.T``, ``axis=``, and ``@`` with a capital for data
    NumPy; ⊙, ``^T``, ``@`` and symbols side by side matrix form; anything else is the plain language.
    """
    line = text[:LONGEST_FORMULA].split("#")[0]
    if _LATEX.search(line) or (_BRACED.search(line) and not _TYPED.search(line)):
        return "latex"
    if _CHANGED.search(line):
        return "matrix" if _MATRIX.search(line.replace("@", "")) or _BESIDE.search(line) else "numpy"
    if _INDEXED.search(line) and not _ARRAYS.search(line):
        return "plain" if not _MATRIX.search(line) else "matrix"
    if _NUMPY.search(line if "@" in line else line.replace("**", "^")):
        return "numpy"
    if _BESIDE.search(line) or _MATRIX.search(line.replace("@", "")):
        return "matrix"
    if "@" in line:
        return "numpy" if _RECORDS.search(line) else "matrix"
    return "plain"
