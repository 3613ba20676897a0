"""mlip-auto fit on labels of a nonlinear function: several densities, what a label counts, a teacher.

argv: mlip-auto.  The labels are those of a second-moment potential (Cleri and Rosato 1993,
doi:10.1103/PhysRevB.48.22), whose root no linear fit has; python-ace reads what was fitted.
"""

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

try:
    import numpy as np
    from ase import Atoms
    from ase.build import bulk
    from ase.calculators.singlepoint import SinglePointCalculator
    from ase.io import read, write
    from ase.neighborlist import neighbor_list
    from pyace import PyACECalculator
except ImportError as error:
    sys.exit(f"the tests' Python environment is not complete ({error}): run ./dev setup --tests, which makes build/venv")

warnings.filterwarnings("ignore")
CUTOFF, BOND = 4.5, 2.55
BASIS = ["--cutoff", str(CUTOFF), "--isolated", "Cu", "0", "--wall-time", "20 s"]


def label(atoms: Atoms) -> Atoms:
    i, j, r, vector = neighbor_list("ijdD", atoms, CUTOFF)
    fade, slope = (1 - r / CUTOFF) ** 2, -2 / CUTOFF * (1 - r / CUTOFF)
    repulsion, hopping = 0.3 * np.exp(-8 * (r / BOND - 1)), 4 * np.exp(-4 * (r / BOND - 1))
    density = np.bincount(i, hopping * fade, len(atoms))
    pull = -0.5 / np.sqrt(density)
    along = (repulsion * (slope - 8 / BOND * fade) + pull[i] * hopping * (slope - 4 / BOND * fade))[:, None]
    along = along * vector / r[:, None]
    forces = np.zeros((len(atoms), 3))
    np.add.at(forces, i, along)
    np.add.at(forces, j, -along)
    energy = float(np.sum(repulsion * fade) - np.sum(np.sqrt(density)))
    atoms.calc = SinglePointCalculator(atoms, energy=energy, forces=forces)
    return atoms


def structures(count: int, seed: int, strain: float) -> list[Atoms]:
    """Rattled crystals, every other one with a hole."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(count):
        atoms = bulk("Cu", a=3.61 * (1 + strain * rng.uniform(-1, 1.5)), cubic=True).repeat((2, 1, 1))
        atoms.positions += rng.normal(0, 0.8 * strain, (len(atoms), 3))
        if k % 2:
            del atoms[int(rng.integers(len(atoms)))]
        made.append(label(atoms))
    return made


def finite_difference(atoms: Atoms) -> None:
    forces, moved = atoms.get_forces(), []
    for step in (-1e-4, 1e-4):
        other = atoms.copy()
        other.positions[2, 1] += step
        moved.append(label(other).get_potential_energy())
    assert abs(forces[2, 1] + (moved[1] - moved[0]) / 2e-4) < 1e-6, "the truth's forces are not its slope"


def run(program: str, *words: object) -> None:
    ended = subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, f"{words}: exit {ended.returncode}\n{ended.stdout}\n{ended.stderr}"


def fitted(program: str, folder: Path, *options: str) -> dict:
    run(program, "fit", folder / "train.extxyz", "--test", folder / "test.extxyz", "--out", folder / "fit", *BASIS,
        *(() if "--functions" in options else ("--functions", "20")), *options)
    return json.loads((folder / "fit/metrics.json").read_text())


def densities(program: str, folder: Path) -> None:
    linear = fitted(program, folder)
    nonlinear = fitted(program, folder, "--densities", "2")
    assert (linear["densities"], nonlinear["densities"]) == (1, 2)
    assert set(linear) == set(nonlinear) and nonlinear["isolated_energies"]["Cu"]["energy"] == 0
    assert nonlinear["functions"] == linear["functions"], (nonlinear["functions"], linear["functions"])
    assert not (folder / "fit/potential.committee").exists(), "the linear potential's error bars are not its"
    for key, part in (("energy_rmse_meV_per_atom", 0.8), ("force_rmse_meV_per_A", 1)):
        for name in ("train", "test"):
            better, worse = nonlinear[name][key], linear[name][key]
            print(f"{name} {key}: {worse:.2f} -> {better:.2f}")
        assert better < part * worse, f"two densities gain too little: {key} {worse} -> {better}"

    run(program, "eval", folder / "fit", folder / "test.extxyz", "--out", folder / "eval", "--predictions",
        folder / "predicted.extxyz")
    theirs = PyACECalculator(str(folder / "fit/potential.yace"))
    for atoms in read(folder / "predicted.extxyz", ":"):
        other = atoms.copy()
        other.calc = theirs
        assert abs(other.get_potential_energy() - atoms.get_potential_energy()) < 1e-8
        assert np.abs(other.get_forces() - atoms.get_forces()).max() < 1e-8


def weighting(program: str, folder: Path) -> None:
    """Low structures are fitted better where they count more than the strained ones."""
    equal = fitted(program, folder)
    low = fitted(program, folder, "--weighting", "energy_based", "--weighting-energy-offset", "0.02")
    better, worse = (each["test"]["energy_rmse_meV_per_atom"] for each in (low, equal))
    print(f"energies near the hull: {worse:.3f} -> {better:.3f} meV/atom")
    assert better < 0.9 * worse, (better, worse)
    refused = subprocess.run([program, "fit", "x.extxyz", "--weighting", "energy"], capture_output=True, text=True)
    assert refused.returncode == 2 and "energy_based" in refused.stdout + refused.stderr, refused


def taught(program: str, folder: Path) -> None:
    """Two labels and what a potential of other labels has to say of structures around them."""
    fitted(program, folder)
    teacher = (folder / "fit").rename(folder / "teacher") / "potential.yaml"
    write(folder / "train.extxyz", structures(2, 4, 0.12))
    few = ["--functions", "60"]
    alone = fitted(program, folder, *few)
    helped = fitted(program, folder, *few, "--teacher", str(teacher), "--lessons", "150")
    assert "teacher" not in alone and helped["teacher"]["heard"] and helped["teacher"]["chose_the_basis"], helped
    assert 100 < helped["teacher"]["lessons"] <= 150 and helped["teacher"]["model"] == str(teacher), helped["teacher"]
    better, worse = (each["test"]["force_rmse_meV_per_A"] for each in (helped, alone))
    print(f"two labels: {worse:.1f} meV/Å, with a teacher {better:.1f}")
    assert better < 0.5 * worse, (better, worse)
    write(folder / "train.extxyz", label_alone(Atoms("Cu", cell=[9, 9, 9], pbc=True)))
    refused = subprocess.run([program, "fit", folder / "train.extxyz", "--out", folder / "none", "--teacher", teacher],
                             capture_output=True, text=True)
    assert refused.returncode == 2 and "isolated atoms only" in refused.stderr, refused


def label_alone(atom: Atoms) -> Atoms:
    atom.calc = SinglePointCalculator(atom, energy=0.0, forces=np.zeros((1, 3)))
    return atom


def main(program: str) -> None:
    with tempfile.TemporaryDirectory(prefix="mlip-fit-") as name:
        folder = Path(name)
        train = structures(40, 1, 0.12)
        finite_difference(train[0])
        write(folder / "train.extxyz", train)
        write(folder / "test.extxyz", structures(20, 2, 0.12))
        densities(program, folder)
        write(folder / "test.extxyz", structures(20, 2, 0.02))
        write(folder / "train.extxyz", train + structures(20, 3, 0.02))
        weighting(program, folder)
        taught(program, folder)


main(sys.argv[1])
