"""The data of a run of `mlip-auto run`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ase import Atoms

from mlip_autopipe import _core
from mlip_autopipe._core import Property, Record
from mlip_autopipe.atoms import from_record
from mlip_autopipe.calculator import ACECalculator


@dataclass(frozen=True)
class Generation:
    """A potential of a run and its errors: `metrics["holdout"]["force_rmse_mev_per_a"]` and so on."""

    number: int
    folder: Path
    metrics: dict[str, Any]

    def calculator(self) -> ACECalculator:
        return ACECalculator(self.folder)


class Run:
    """A run's folder, finished or still running; nothing in it is changed."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._database = self.folder / "mlip.db"

    def records(self) -> list[Record]:
        """All rows of the database as they are now."""
        return _core.read_records(self._database)

    def structures(self, state: str | None = "labeled", where: Callable[[Record], bool] | None = None) -> list[Atoms]:
        """Structures of a state (candidate, queued, labeled, failed, dropped; None: of any) for which `where` holds.

        Labels are in a SinglePointCalculator; id, state, config_type, origin, generation, holdout, gamma and
        level_of_theory in `info`, a force mask in `arrays`: what `fit` takes.
        """
        return [
            from_record(record)
            for record in self.records()
            if state in (None, record.state) and (where is None or where(record))
        ]

    def generations(self) -> list[Generation]:
        """The potentials so far, first to last."""
        return [
            Generation(version.generation, (self.folder / version.yaml_file).parent, json.loads(version.metrics_json))
            for version in _core.read_versions(self._database)
        ]

    def properties(self) -> list[Property]:
        """Physical properties beside their references."""
        return _core.read_properties(self._database)

    def report(self) -> dict[str, Any]:
        """report.json (docs/report.md)."""
        report: dict[str, Any] = json.loads((self.folder / "report.json").read_text(encoding="utf-8"))
        return report

    def calculator(self) -> ACECalculator:
        """The published potential, with its active set and committee."""
        return ACECalculator(self.folder)
