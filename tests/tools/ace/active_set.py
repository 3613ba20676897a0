"""mlip-auto activeset against python-ace's own: |det| no smaller, and with either set the same grades.

argv: mlip-auto, folder that program tools_ace wrote.  The data are random; python-ace computes the projections, so
that the two codes share nothing but the potential's file.
"""

import pathlib
import subprocess
import sys
import warnings

try:
    import numpy as np
    from ase import Atoms
    from ase.io import read, write
    from pyace import BBasisConfiguration, PyACECalculator
    from pyace.activelearning import (compute_A_active_inverse, compute_active_set, compute_B_projections,
                                      load_active_inverse_set, save_active_inverse_set)
except ImportError as error:
    sys.exit(f"the tests' Python environment is not complete ({error}): run ./dev test, which makes build/venv")

warnings.filterwarnings("ignore")
ELEMENTS = ["Al", "Ni"]


def structures(count: int) -> list[Atoms]:
    rng = np.random.default_rng(7)
    made = []
    for _ in range(count):
        cell = np.diag(rng.uniform(3.7, 4.4, 3)) + rng.normal(0, 0.1, (3, 3))
        atoms = Atoms("AlNiNiAl", scaled_positions=[[0, 0, 0], [0, .5, .5], [.5, 0, .5], [.5, .5, 0]],
                      cell=cell, pbc=True).repeat((1, 1, 2))
        atoms.positions += rng.normal(0, 0.12, (len(atoms), 3))
        atoms.set_chemical_symbols(rng.choice(ELEMENTS, len(atoms)))
        made.append(atoms)
    return made


def run(program: str, *words: str) -> str:
    ended = subprocess.run([program, *words], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, f"{words}: exit {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def log_determinants(inverses: dict) -> list[float]:
    """Of the active rows, element by element in alphabetical order."""
    return [-float(np.linalg.slogdet(inverses[key])[1]) for key in sorted(inverses)]


def theirs(potential: str, data: list[Atoms], file: pathlib.Path) -> list[float]:
    projections = compute_B_projections(BBasisConfiguration(potential), data)
    projections = projections[0] if isinstance(projections, tuple) else projections
    chosen = compute_active_set(projections, tol=1.01)
    chosen = chosen[0] if isinstance(chosen, tuple) else chosen
    inverses = compute_A_active_inverse(chosen)
    save_active_inverse_set(str(file), inverses, elements_name=ELEMENTS)
    return log_determinants(inverses)


def compare_grades(program: str, potential: str, asi: pathlib.Path, data: list[Atoms], folder: pathlib.Path) -> float:
    """Largest relative difference of the two codes' grades; returns the largest grade."""
    predictions = folder / "predictions.xyz"
    write(folder / "graded.xyz", data)
    run(program, "eval", potential, str(folder / "graded.xyz"), "--asi", str(asi), "--predictions",
        str(predictions))
    largest = worst = 0.0
    calculator = PyACECalculator(potential)
    calculator.set_active_set(str(asi))
    for ours, atoms in zip(read(predictions, ":"), data, strict=True):
        atoms = atoms.copy()
        atoms.calc = calculator
        atoms.get_potential_energy()
        gamma = np.asarray(calculator.results["gamma"])
        worst = max(worst, float(np.abs(ours.arrays["gamma"] - gamma).max() / max(1, gamma.max())))
        largest = max(largest, float(gamma.max()))
    print(f"  {asi.name}: grades differ by {worst:.1e} (allowed 1e-10), the largest is {largest:.4f}")
    assert worst <= 1e-10, "the codes disagree on the grades"
    return largest


def main(program: str, folder: pathlib.Path) -> None:
    potential, work = str(folder / "random.yaml"), folder / "active_set"
    work.mkdir(exist_ok=True)
    write(work / "structures.xyz", structures(120))
    data = read(work / "structures.xyz", ":")  # the file has eight decimals
    ours_file, streamed_file, theirs_file = work / "ours.asi", work / "streamed.asi", work / "theirs.asi"
    run(program, "activeset", potential, str(work / "structures.xyz"), "--out", str(ours_file))
    run(program, "activeset", potential, str(work / "structures.xyz"), "--out", str(streamed_file), "--memory", "1")
    peer = theirs(potential, data, theirs_file)
    for name, file in (("whole", ours_file), ("streamed", streamed_file)):
        found = log_determinants(load_active_inverse_set(str(file)))
        print(f"  {name}: log|det| {found}, python-ace {peer}")
        assert all(a >= b - 1e-6 for a, b in zip(found, peer, strict=True)), "a smaller determinant than python-ace's"
        assert compare_grades(program, potential, file, data[:20], work) <= 1.01
    compare_grades(program, potential, theirs_file, data[:20], work)


main(sys.argv[1], pathlib.Path(sys.argv[2]))
