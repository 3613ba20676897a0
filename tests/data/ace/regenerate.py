"""Fills oracle.json and pacemaker_fits/*.json anew: python-ace's values of the same structures, from splines of
0.0001 Å, fine enough to pass for the exact radial functions.  Run in this folder with the tests' environment."""

import json
import pathlib
import re
import tempfile
import zipfile

import numpy as np
from ase import Atoms
from pyace import PyACECalculator


def fine(path, folder):
    text = re.sub(r"(DeltaSplineBins: )[0-9.e-]+", r"\g<1>0.0001", pathlib.Path(path).read_text())
    copy = pathlib.Path(folder) / pathlib.Path(path).name
    copy.write_text(text)
    return str(copy)


def evaluate(record, potential, active_set):
    atoms = Atoms(record["symbols"], record["positions"], cell=record["cell"], pbc=record["pbc"])
    calculator = PyACECalculator(potential)
    if active_set:
        calculator.set_active_set(active_set)
    atoms.calc = calculator
    values = {
        "energy": float(np.ravel(atoms.get_potential_energy())[0]),
        "energies": np.ravel(calculator.results["energies"]).tolist(),
        "forces": np.array(calculator.results["forces"]).tolist(),
        "virial_xx_yy_zz_xy_xz_yz": None if calculator.virial is None else np.array(calculator.virial).tolist(),
        "projections": [list(map(float, p)) for p in calculator.projections],
    }
    if active_set:
        values["gamma"] = np.array(calculator.results["gamma"]).tolist()
    return {key: record[key] for key in ("symbols", "positions", "cell", "pbc")} | values


def wide_active_set(record, file):
    """A random well-conditioned inverse for the projections of both densities."""
    sizes = {s: 2 * len(p) for s, p in zip(record["symbols"], record["projections"])}
    random = np.random.default_rng(11)
    with open(file, "wb") as stream:
        np.savez(stream, **{s: np.linalg.inv(np.eye(n) + random.normal(size=(n, n)) * 0.05) for s, n in sizes.items()})


def archives():
    """The same small matrix deflated, and with every size in ZIP64 fields."""
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    with open("deflated.asi", "wb") as stream:
        np.savez_compressed(stream, Cu=matrix)
    limit, zipfile.ZIP64_LIMIT = zipfile.ZIP64_LIMIT, 1
    with open("zip64.asi", "wb") as stream:
        np.savez(stream, Cu=matrix)
    zipfile.ZIP64_LIMIT = limit


def main():
    archives()
    with tempfile.TemporaryDirectory() as folder:
        old = json.load(open("oracle.json"))
        new = {}
        for key, records in old.items():
            yaml, _, active_set = key.partition("|")
            if yaml == "rank6.yaml":
                active_set = "rank6.asi"
            if active_set.endswith(".nonlinear"):
                wide_active_set(records[0], active_set)
            new[key] = [evaluate(r, fine(yaml, folder), active_set) for r in records]
        json.dump(new, open("oracle.json", "w"))
        for name in ("Cu", "AlNi"):
            path = f"pacemaker_fits/{name}"
            records = json.load(open(path + ".json"))
            records = records["structures"] if isinstance(records, dict) else records
            new = [evaluate(r, fine(path + ".yaml", folder), path + ".asi") for r in records]
            json.dump(new, open(path + ".json", "w"))


main()
