"""The pass that makes arrays of the usual numbers once, which NumPy would else make in every call."""

from __future__ import annotations

from dataclasses import replace

from .statements import Code, Operand, Statement

WORDS = {"0": "zero", "1": "one", "2": "two", "0.5": "half", "60": "sixty"}


def numbers_made_once(code: Code) -> Code:
    """The numbers 0, 1, 2, 1/2, 60 and N are arrays made beforehand: small networks spend much time on making them."""
    words = {**WORDS, **({code.records: "count"} if code.records else {})}
    constants: dict[str, str] = {}

    def operand(old: Operand) -> Operand:
        if old.name or old.text not in words:
            return old
        name = f"%{words[old.text]}"
        constants[name] = f"np.array({old.text}, dtype)"
        return Operand(name, "{}")

    def statement(old: Statement) -> Statement:
        return replace(old, operands=tuple(map(operand, old.operands))) if old.entrywise else old

    done = code.having(map(statement, code.statements))
    return replace(done, constants={**code.constants, **constants})
