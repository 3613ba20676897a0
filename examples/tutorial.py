# %% [markdown]
# # From labels to molecular dynamics with error bars
# Fits an ACE potential to copper labelled by ASE's EMT (your DFT in real life), asks it how sure it is, watches the
# extrapolation grade in molecular dynamics, and hands the potential to LAMMPS.
# Run it as it stands, or cell by cell in an editor that knows `# %%` cells.

# %% Labels: any atoms whose calculator holds energy, forces and stress, or an extended XYZ file of them.
import tempfile
from pathlib import Path

import numpy as np
from ase import units
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.md.verlet import VelocityVerlet

import mlip_autopipe as mlip


def label(atoms):
    atoms.calc = EMT()
    atoms.get_stress()
    return atoms


def rattled(size, amplitude, seed):
    engine = np.random.default_rng(seed)
    atoms = bulk("Cu", "fcc", a=3.6 * (1 + 0.02 * engine.standard_normal()), cubic=True) * size
    atoms.rattle(amplitude, rng=engine)
    return label(atoms)


train = [rattled((2, 1, 1), 0.10, seed) for seed in range(30)]
test = [rattled((2, 1, 1), 0.10, seed) for seed in range(100, 120)]

# %% Fit.  EMT's energies are cohesive, so an atom alone has none; with DFT give the energy of an atom in a large cell.
fit = mlip.fit(train, {"Cu": 0.0}, cutoff=5.0, nradmax_by_orders=[8, 4, 2], lmax_by_orders=[0, 3, 2])
errors = mlip.measure(fit, test)
print(f"{fit.functions} functions; on structures never seen: {errors}")
assert errors.force_rmse_mev_per_a < 40

# %% Use it: an ASE calculator.
atoms = test[0].copy()
atoms.calc = mlip.ACECalculator(fit)
print("energy", atoms.get_potential_energy(), "eV; EMT says", test[0].get_potential_energy())

# %% How sure is it?  γ above 1: an atom is not interpolated.  The error bar: what the data leave open.
squeezed = bulk("Cu", "fcc", a=3.1, cubic=True)
for name, each in (("like the training data", atoms), ("squeezed", squeezed)):
    gamma = atoms.calc.get_gamma(each).max()
    bar = 1000 * atoms.calc.get_property("energy_deviation", each) / len(each)
    print(f"{name:22s} gamma {gamma:7.2f}   energy ± {bar:.2f} meV/atom")
assert atoms.calc.get_gamma(squeezed).max() > 3 * atoms.calc.get_gamma(atoms).max()

# %% Molecular dynamics that says when it leaves what it knows.
crystal = bulk("Cu", "fcc", a=3.6, cubic=True) * (2, 2, 2)
crystal.calc = atoms.calc
width = np.sqrt(units.kB * 1200 * crystal.get_masses())[:, None]  # half of it becomes potential energy
crystal.set_momenta(width * np.random.default_rng(1).standard_normal((len(crystal), 3)))
dynamics = VelocityVerlet(crystal, 2 * units.fs)
grades = []
dynamics.attach(lambda: grades.append(crystal.calc.get_gamma(crystal).max()), interval=10)
dynamics.run(100)
print("largest gamma along the way:", max(grades))

# %% Learn from where it was most unsure: label the last snapshot and fit again.
better = mlip.fit([*train, label(crystal.copy())], {"Cu": 0.0}, cutoff=5.0, nradmax_by_orders=[8, 4, 2],
                  lmax_by_orders=[0, 3, 2])
before = atoms.calc.get_property("energy_deviation", crystal)
after = mlip.ACECalculator(better).get_property("energy_deviation", crystal)
print(f"error bar of its energy: {before:.4f} eV before, {after:.4f} eV after")
assert after < before

# %% Save it: for LAMMPS (docs/lammps.md), for Pacemaker, and for this package.
with tempfile.TemporaryDirectory() as folder:
    better.save(folder)
    again = mlip.ACECalculator(folder)
    print(sorted(path.name for path in Path(folder).iterdir()), again.get_potential_energy(crystal))
