"""python-ace reads the .yaml, .yace and .asi we write and computes the energies, forces, stresses, projections and
grades we compute.  Arguments: the folder that program tools_ace wrote."""

import json
import pathlib
import sys

try:
    import numpy as np
    from ase import Atoms
    from pyace import PyACECalculator
    from pyace.activelearning import load_active_inverse_set
except ImportError as error:
    sys.exit(f"the tests' Python environment is not complete ({error}): run ./dev setup --tests, which makes build/venv")


def difference(ours, theirs):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    return float(np.abs(ours - theirs).max() / max(1.0, np.abs(theirs).max()))


def evaluate(record, calculator):
    atoms = Atoms(record["symbols"], record["positions"], cell=record["cell"], pbc=True)
    atoms.calc = calculator
    atoms.get_potential_energy()
    return calculator


def compare(what, ours, theirs, tolerance):
    found = difference(ours, theirs)
    print(f"  {what:12s} {found:.1e} (allowed {tolerance:.0e})")
    assert found <= tolerance, f"{what} differ by {found}"


def main(folder):
    records = json.loads((folder / "values.json").read_text())
    inverse = np.load(folder / "random.asi")
    loaded = load_active_inverse_set(str(folder / "random.asi"))
    assert sorted(inverse.files) == ["Al", "Ni"] and len(loaded) == 2
    for number, record in enumerate(records):
        print(f"structure {number}")
        full = PyACECalculator(str(folder / "random.yaml"))
        full.set_active_set(str(folder / "random.asi"))
        evaluate(record, full)
        compare("energies", record["energies"], full.results["energies"].ravel(), 1e-9)
        compare("forces", record["forces"], full.results["forces"], 1e-9)
        compare("stress", record["stress"], full.results["stress"], 1e-9)
        compare("grades", record["gamma"], full.results["gamma"], 1e-10)
        for ours, theirs in zip(record["projections"], full.projections, strict=True):
            assert difference(ours, theirs) <= 1e-10, "projections differ"
        for recursive in (False, True):
            fast = PyACECalculator(str(folder / "random.yace"), recursive_evaluator=recursive, recursive=recursive)
            evaluate(record, fast)
            compare("yace energies", record["energies"], fast.results["energies"].ravel(), 1e-9)
            compare("yace forces", record["forces"], fast.results["forces"], 1e-9)


main(pathlib.Path(sys.argv[1]))
