"""ASE's atoms as the extension module's structures, and back."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import Any

import ase.io
import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator

from mlip_autopipe._core import Item, Record, Structure

Structures = Atoms | Iterable[Atoms] | str | PathLike[str]

_VOIGT = (0, 4, 8, 5, 2, 1)


def to_voigt(matrix: np.ndarray) -> np.ndarray:
    """xx yy zz yz xz xy of a symmetric 3 × 3 matrix."""
    return np.asarray(matrix).flat[list(_VOIGT)]


def to_matrix(voigt: np.ndarray) -> np.ndarray:
    """3 × 3 of the six numbers; a matrix stays what it is."""
    voigt = np.asarray(voigt, float)
    return voigt if voigt.shape == (3, 3) else voigt[[0, 5, 4, 5, 1, 3, 4, 3, 2]].reshape(3, 3)


def to_structure(atoms: Atoms) -> Structure:
    return Structure(atoms.numbers.tolist(), atoms.positions, atoms.cell.array, atoms.pbc.tolist())


def to_items(structures: Structures) -> list[Item]:
    return [_to_item(atoms) for atoms in read(structures)]


def read(structures: Structures) -> list[Atoms]:
    """The atoms themselves, or all frames of a file that ASE reads."""
    if isinstance(structures, Atoms):
        return [structures]
    if isinstance(structures, (str, PathLike)):
        return list(ase.io.read(str(structures), ":"))
    return list(structures)


def _to_item(atoms: Atoms) -> Item:
    energy = _label(atoms, "free_energy")
    if energy is None:
        energy = _label(atoms, "energy")
    stress = _label(atoms, "stress")
    whole = bool(atoms.info.get("fit_energy_and_stress", True))
    return Item(
        to_structure(atoms),
        energy=energy,
        forces=_label(atoms, "forces"),
        stress=None if stress is None else to_matrix(stress),
        force_mask=atoms.arrays["force_mask"].tolist() if "force_mask" in atoms.arrays else [],
        fit_energy=whole,
        fit_stress=whole,
        weight=float(atoms.info.get("weight", 1.0)),
    )


def _label(atoms: Atoms, name: str) -> Any:
    """What the calculator of these atoms knows already; never a new calculation."""
    if atoms.calc is None or (name == "stress" and not atoms.pbc.all()):
        return None
    try:
        return atoms.calc.get_property(name, atoms, allow_calculation=False)
    except NotImplementedError:  # ASE's PropertyNotImplementedError
        return None


def from_record(record: Record) -> Atoms:
    """Atoms with the labels in a SinglePointCalculator; what the run says of them is in `info`."""
    structure = record.structure
    atoms = Atoms(structure.numbers, structure.positions, cell=structure.cell, pbc=structure.pbc)
    for name in ("id", "state", "config_type", "origin", "generation", "holdout", "gamma", "level_of_theory"):
        value = getattr(record, name)
        if value is not None and value != "":
            atoms.info[name] = value
    if not record.fit_energy_and_stress:
        atoms.info["fit_energy_and_stress"] = False
    if record.force_mask:
        atoms.arrays["force_mask"] = np.array(record.force_mask)
    if record.state == "labeled":
        atoms.calc = SinglePointCalculator(atoms, **_results(record))
    return atoms


def _results(record: Record) -> dict[str, object]:
    labels = record.labels
    results: dict[str, object] = {"energy": labels.energy, "free_energy": labels.energy}
    if len(labels.forces):
        results["forces"] = labels.forces
    if labels.stress is not None:
        results["stress"] = to_voigt(labels.stress)
    if labels.magnetic_moments:
        results["magmoms"] = np.array(labels.magnetic_moments)
    return {name: value for name, value in results.items() if value is not None}
