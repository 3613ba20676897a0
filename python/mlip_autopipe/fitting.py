"""Fits to labelled structures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mlip_autopipe import _core
from mlip_autopipe._core import Fit, Metrics, Potential
from mlip_autopipe.atoms import Structures, read, to_items


def fit(
    structures: Structures,
    isolated_energies: Mapping[str, float],
    *,
    elements: Iterable[str] | None = None,
    nradmax_by_orders: Sequence[int] | None = None,
    lmax_by_orders: Sequence[int] | None = None,
    cutoff: float | None = None,
    energy_weight: float | None = None,
    force_weight: float | None = None,
    stress_weight: float | None = None,
    smoothness_power: float | None = None,
    folds: int | None = None,
    threads: int = 0,
) -> Fit:
    """A linear ACE potential for the energies, forces and stresses of `structures`.

    structures: atoms whose calculators hold labels, or a file that ASE reads (extended XYZ).  Where there is a
        free (force-consistent) energy it is taken.  `arrays["force_mask"]` (0 or 1 an atom) leaves out forces,
        `info["fit_energy_and_stress"] = False` all but forces; `info["weight"]` multiplies a structure's weights.
    isolated_energies: eV of one atom alone, for each element, of the same DFT; 0 for cohesive energies.
    elements: those of the structures, unless more are named.
    cutoff: Å.
    threads: 0 takes all.

    The other options, and what they are where they are not given: docs/reference/options.md, `basis` and `fit`.
    Raises Error where the data make no sense.  The GIL is released while it works.
    """
    given = {
        "nradmax_by_orders": nradmax_by_orders,
        "lmax_by_orders": lmax_by_orders,
        "cutoff": cutoff,
        "energy_weight": energy_weight,
        "force_weight": force_weight,
        "stress_weight": stress_weight,
        "smoothness_power": smoothness_power,
        "folds": folds,
    }
    frames = read(structures)
    named = sorted({symbol for atoms in frames for symbol in atoms.symbols} if elements is None else set(elements))
    options = {name: value for name, value in given.items() if value is not None}
    return _core.fit(named, to_items(frames), dict(isolated_energies), options, threads)


def measure(potential: Potential | Fit, structures: Structures) -> Metrics:
    """Errors of a potential on labelled structures."""
    return _core.measure(potential.potential(members=0) if isinstance(potential, Fit) else potential,
                         to_items(structures))
