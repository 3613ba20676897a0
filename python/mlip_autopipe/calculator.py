"""The ASE calculator."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes

from mlip_autopipe._core import Fit, Potential
from mlip_autopipe.atoms import to_structure, to_voigt

PathLike = str | os.PathLike[str]


def load(file: PathLike, active_set: PathLike | None = None, committee: PathLike | None = None) -> Potential:
    """A potential of a `.yaml` or `.yace` file, or `potential.yaml` of a folder (of a run, or of `Fit.save`).

    Files of the same name that end in `.asi` and `.committee` are read with a `.yaml` file; others can be named.
    """
    path = Path(file).absolute()  # a pickle holds the paths, and may be opened elsewhere
    if path.is_dir():
        path = path / "potential.yaml"
    return Potential.load(path, _beside(path, active_set, ".asi"), _beside(path, committee, ".committee"))


def _beside(path: Path, named: PathLike | None, suffix: str) -> Path | None:
    if named is not None:
        return Path(named).absolute()
    found = path.with_suffix(suffix)
    return found if path.suffix != ".yace" and found.exists() else None


class ACECalculator(Calculator):
    """Energy, forces and stress of an ACE potential; with an active set also `gamma`, the extrapolation grade of each
    atom (above 1: not interpolated from the training data); with a committee also error bars: the standard deviations
    `energy_deviation`, `energies_deviation`, `forces_deviation` and `stress_deviation`.

    Properties beyond ASE's own are had by `calculator.get_property("gamma", atoms)`, and cost only where asked for.
    """

    implemented_properties = ["energy", "free_energy", "energies", "forces", "stress"]
    gamma_properties = ["gamma"]
    deviation_properties = ["energy_deviation", "energies_deviation", "forces_deviation", "stress_deviation"]

    def __init__(self, potential: Potential | Fit | PathLike, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.potential = _potential(potential)
        self.implemented_properties = [
            *ACECalculator.implemented_properties,
            *(self.gamma_properties if self.potential.has_active_set else []),
            *(self.deviation_properties if self.potential.members else []),
        ]

    def calculate(
        self,
        atoms: Atoms | None = None,
        properties: Sequence[str] = ("energy",),
        system_changes: Sequence[str] = tuple(all_changes),
    ) -> None:
        super().calculate(atoms, properties, system_changes)
        assert self.atoms is not None
        found = self.potential.evaluate(
            to_structure(self.atoms),
            gamma=any(name in self.gamma_properties for name in properties),
            deviation=any(name in self.deviation_properties for name in properties),
        )
        found["free_energy"] = found["energy"]
        virial, virial_deviation = found.pop("virial"), found.pop("virial_deviation", None)
        if self.atoms.cell.rank == 3:
            volume = self.atoms.get_volume()
            found["stress"] = to_voigt(-virial / volume)
            if virial_deviation is not None:
                found["stress_deviation"] = to_voigt(virial_deviation / volume)
        self.results.update(found)

    def get_gamma(self, atoms: Atoms | None = None) -> np.ndarray:
        """Extrapolation grade of each atom."""
        return np.asarray(self.get_property("gamma", atoms))


def _potential(source: Potential | Fit | PathLike) -> Potential:
    if isinstance(source, Potential):
        return source
    return source.potential() if isinstance(source, Fit) else load(source)
