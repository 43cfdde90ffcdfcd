"""The functions that the equations of one text may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..errors import InputError
from ..records import Formula
from .activations import ACTIVATIONS, table_formula, table_row
from .functions import Definition, formula
from .language import ELEMENTARY
from .order import in_order
from .syntax import functions_called


class Functions:
    """The functions a text may call: its own definitions before the table's."""

    def __init__(self, own: Mapping[str, Definition]) -> None:
        self._own = own
        self.names = (*self._own, *ACTIVATIONS)
        for row in self._own.values():
            if table_row(row.name) is not None or row.name in ELEMENTARY:
                raise InputError(f"{row.where}: {row.name} is a known function already; take another name")
        needs = {name: functions_called(row.body) for name, row in self._own.items()}
        self._formulas: dict[str, Formula] = {}
        for name in in_order(needs, lambda name: self._own[name].where):
            self._formulas[name] = formula(self._own[name], self.lookup, self.names, self.formula)

    def lookup(self, name: str) -> Definition | None:
        """The definition of a function as read; None for a generic one."""
        return self._own.get(name) or table_row(name)

    def formula(self, name: str) -> Formula | None:
        """The function itself; None for a generic one."""
        return self._formulas.get(name) or table_formula(name)

    def reached_from(self, called: Iterable[str]) -> dict[str, Formula]:
        """Those of these functions that have a formula, and the ones that they call in turn."""
        found: dict[str, Formula] = {}
        waiting = list(called)
        while waiting:
            name = waiting.pop()
            known, row = self.formula(name), self.lookup(name)
            if name not in found and known is not None and row is not None:
                found[name] = known
                waiting.extend(functions_called(row.body))
        return dict(sorted(found.items()))
