"""GPAW from Debian labels through `mlip-auto label`: the numbers are those of GPAW called by hand.

argv: the program.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from ase.build import bulk
from ase.io import read, write
from gpaw import GPAW

PROGRAM = Path(sys.argv[1]).resolve()
ARGUMENTS = {
    "mode": {"name": "pw", "ecut": 200},
    "xc": "PBE",
    "kpts": {"density": 1.5, "gamma": True},
    "occupations": {"name": "fermi-dirac", "width": 0.1},
    "txt": None,
}
INPUT = """target_system: {elements: [Al]}
simulation_goal: {}
resources: {cores: 1}
level_of_theory:
  calculator: gpaw:GPAW
  arguments:
    mode: {name: pw, ecut: 200}
    xc: PBE
    kpts: {density: 1.5, gamma: true}
    occupations: {name: fermi-dirac, width: 0.1}
    txt: null
"""


def label(folder, out, more=""):
    (folder / "input.yaml").write_text(INPUT + more)
    command = [PROGRAM, "label", "structures.xyz", "--input", "input.yaml", "--out", out]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def near(found, wanted, tolerance):
    worst = numpy.abs(numpy.asarray(found) - numpy.asarray(wanted)).max()
    assert worst < tolerance, (found, wanted)


def same_as_by_hand(folder, structures):
    label(folder, "labelled.xyz")
    labelled = read(folder / "labelled.xyz", ":")
    assert len(labelled) == len(structures)
    for found, atoms in zip(labelled, structures):
        atoms.calc = GPAW(**ARGUMENTS)
        near(found.positions, atoms.positions, 1e-7)
        near(found.get_potential_energy(), atoms.get_potential_energy(force_consistent=True), 1e-6)
        near(found.get_forces(), atoms.get_forces(), 1e-5)
        near(found.get_stress(), atoms.get_stress(), 1e-6)


def what_does_not_converge_is_recorded(folder):
    label(folder, "hasty.xyz", "    maxiter: 2\n")
    assert not (folder / "hasty.xyz").read_text()
    done = subprocess.run([PROGRAM, "why", "hasty.xyz", "0"], cwd=folder, capture_output=True, text=True)
    assert "KohnShamConvergenceError" in done.stdout, done.stdout + done.stderr


with tempfile.TemporaryDirectory() as name:
    work = Path(name)
    displaced = bulk("Al", cubic=True)
    displaced.rattle(0.05, seed=1)
    crystals = [bulk("Al", a=4.1), displaced]
    write(work / "structures.xyz", crystals)
    same_as_by_hand(work, crystals)
    what_does_not_converge_is_recorded(work)
print("ok")
