"""`mlip-auto generate surfaces|stacking-faults|grain-boundaries` beside ASE: areas, atoms and spacings of its slabs, energies by its EMT in the order
that experiment and the literature have.

argv: mlip-auto.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from ase.build import bulk, surface
from ase.calculators.emt import EMT
from ase.io import read, write
from ase.optimize import BFGS

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402

EV_PER_A2 = 16.0218  # J/m²


def area(atoms) -> float:
    return numpy.linalg.norm(numpy.cross(atoms.cell[0], atoms.cell[1]))


def layers(atoms) -> numpy.ndarray:
    """Å between planes of atoms."""
    gaps = numpy.diff(numpy.sort(atoms.positions[:, 2]))
    return gaps[gaps > 0.05]


def density(atoms) -> float:
    """Atoms an area in the planes; ASE may wrap half of its lowest to the top."""
    heights = numpy.sort(atoms.positions[:, 2])
    ends = numpy.flatnonzero(numpy.diff(heights, append=numpy.inf) > 0.05) + 1
    return numpy.median(numpy.diff(ends, prepend=0)) / area(atoms)


def energy(atoms) -> float:
    atoms.calc = EMT()
    return atoms.get_potential_energy()


def excess(atoms, bulk_energy: float, sides: int) -> float:
    """J/m²"""
    return (energy(atoms) - bulk_energy * len(atoms)) / (sides * area(atoms)) * EV_PER_A2


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="mlip-planes-") as name:
        folder = Path(name)

        def run(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([program, "generate", *words], cwd=folder, capture_output=True, text=True, timeout=120)

        def make(kind: str, *words: str):
            done = run(kind, *words, "--out", "made.extxyz")
            check(done.returncode == 0, f"{kind} {words}: {done.stderr}")
            return read(folder / "made.extxyz", ":")

        copper = bulk("Cu", "fcc", a=3.6, cubic=True)
        write(folder / "copper.extxyz", copper)
        write(folder / "iron.extxyz", bulk("Fe", "bcc", a=2.87, cubic=True))
        write(folder / "titanium.extxyz", bulk("Ti", "hcp", a=2.95, covera=1.587))
        write(folder / "salt.extxyz", bulk("NaCl", "rocksalt", a=5.64, cubic=True))

        for file in ["copper", "iron", "titanium"]:
            crystal = read(folder / f"{file}.extxyz")
            for slab in make("surfaces", "--structure", f"{file}.extxyz", "--vacuum", "12"):
                plane = tuple(int(i) for i in re.match(r"\((\S+) (\S+) (\S+)\)", slab.info["origin"]).groups())
                check(slab.info["config_type"] == "surface", "config_type")
                theirs = surface(crystal, plane, 12, vacuum=6)
                # Theirs may have a larger cell in the plane: atoms an area and layer are equal
                check(abs(density(slab) - density(theirs)) < 1e-6, f"{file} {plane}: {density(slab)}, {density(theirs)} atoms/Å²")
                ours, other = sorted(set(layers(slab).round(2))), sorted(set(layers(theirs).round(2)))
                check(numpy.allclose(ours, other, atol=0.011), f"{file} {plane}: spacings {ours}, {other}")
                if file == "copper":
                    per_area = excess(slab, energy(copper.copy()) / 4, 2), excess(theirs, energy(copper.copy()) / 4, 2)
                    check(abs(per_area[0] - per_area[1]) < 0.002, f"{plane}: {per_area} J/m²")

        bulk_energy = energy(copper.copy()) / 4
        slabs = {s.info["origin"][:7]: excess(s, bulk_energy, 2) for s in make("surfaces", "--structure", "copper.extxyz")}
        check(0 < slabs["(1 1 1)"] < slabs["(1 0 0)"] < slabs["(1 1 0)"], f"surface energies {slabs}")
        check("left out" not in run("surfaces", "--structure", "salt.extxyz").stderr, "salt's slabs are small")
        polar = [s.info["origin"] for s in make("surfaces", "--structure", "salt.extxyz", "--plane", "1,1,1")]
        check(len(polar) == 2 and all("not stoichiometric" in o for o in polar), f"NaCl (1 1 1): {polar}")

        fault = [excess(s, bulk_energy, 1) for s in make("stacking-faults", "--structure", "copper.extxyz")]
        check(abs(fault[0]) < 1e-6 and max(fault) > 0.1 > abs(fault[-1]), f"unstable above stable fault: {fault} J/m²")
        check(numpy.argmax(fault) in (3, 4, 5), f"the top is on the way: {fault}")

        boundaries = {}
        for cell in make("grain-boundaries", "--structure", "copper.extxyz", "--largest-sigma", "5", "--shifts", "2"):
            cell.calc = EMT()
            BFGS(cell, logfile=None).run(fmax=0.02, steps=200)
            kind = re.match(r"Σ\d+ \([^)]*\)", cell.info["origin"])[0]
            boundaries[kind] = min(boundaries.get(kind, 9), excess(cell, bulk_energy, 2))
        check(set(boundaries) == {"Σ3 (1 1 1)", "Σ3 (2 1 1)", "Σ5 (2 1 0)", "Σ5 (3 1 0)"}, f"{boundaries}")
        twin = boundaries["Σ3 (1 1 1)"]
        check(abs(twin) < 0.02, f"the coherent twin costs {twin} J/m², half a fault, which is nearly free in EMT")
        check(all(0.3 < boundaries[k] < 1.5 for k in boundaries if "Σ5" in k), f"{boundaries} J/m²")

        bad = [(("surfaces", "--structure", "copper.extxyz", "--plane", "1,1"), "not three numbers"),
               (("surfaces", "--structure", "copper.extxyz", "--plane", "1,1,0.5"), "is no plane"),
               (("surfaces", "--structure", "copper.extxyz", "--plane", "0,0,0"), "(0 0 0) is no plane"),
               (("surfaces", "--structure", "copper.extxyz", "--max-atoms", "1"), "nothing is left"),
               (("stacking-faults", "--structure", "salt.extxyz"), "no usual stacking fault"),
               (("stacking-faults", "--structure", "salt.extxyz", "--plane", "1,1,0"), "--shift"),
               (("stacking-faults", "--structure", "copper.extxyz", "--plane", "1,1,1", "--shift", "1,1,1"), "leaves the plane"),
               (("grain-boundaries", "--structure", "titanium.extxyz"), "full symmetry of a cube"),
               (("grain-boundaries", "--structure", "copper.extxyz", "--plane", "1,1,0"), "both grains would be one")]
        for words, said in bad:
            done = run(*words, "--out", "bad.extxyz")
            check(done.returncode == 2 and said in done.stderr, f"{words}: {done.returncode} {done.stderr}")
            check(not list(folder.glob("bad.extxyz*")), f"{words} leaves no file")


main()
