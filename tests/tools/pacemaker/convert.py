"""mlip-auto convert: formats by name, nothing lost on the way, clear errors."""

import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM, SOURCE = sys.argv[1], Path(sys.argv[2])
PYTHON = SOURCE / "build/venv/bin/python"

STRUCTURES = """2
Lattice="4.0 0.0 0.0 0.0 4.0 0.0 0.0 0.0 4.0" Properties=species:S:1:pos:R:3:forces:R:3:force_mask:R:1 pbc="T T T" \
energy=-7.25 stress="0.01 0.0 0.0 0.0 0.02 0.0 0.0 0.0 0.03" config_type=embedded energy_weight=0.0 \
generation=2 gamma=3.5 holdout=F level_of_theory=abc origin="cut out of a walk" priority=1.5 state=labeled \
stress_weight=0.0
Al 0.0 0.0 0.1 0.1 0.0 0.0 1.0
Cu 2.0 2.0 2.0 -0.1 0.0 0.0 0.0
1
Properties=species:S:1:pos:R:3 config_type=imported generation=0 holdout=T origin="of nobody" pbc="F F F" \
priority=0.0 state=candidate
Cu 0.0 0.0 0.0
"""


def convert(*arguments, status=0):
    done = subprocess.run([PROGRAM, "convert", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def potentials(folder):
    convert(SOURCE / "tests/data/ace/two_dens.yaml", folder / "two.yace")
    text = (folder / "two.yace").read_text()
    assert text.startswith("elements:") and "ctildes:" in text
    assert "merged" in convert(folder / "two.yace", folder / "two.yaml", status=2)
    assert "tells no format" in convert(folder / "two.yace", folder / "two.txt", status=2)
    assert "holds structures" in convert(SOURCE / "tests/data/ace/two_dens.yaml", folder / "two.db", status=2)


def structures(folder):
    (folder / "a.xyz").write_text(STRUCTURES)
    convert(folder / "a.xyz", folder / "a.extxyz")
    canonical = (folder / "a.extxyz").read_text()
    assert canonical.count("\n") == STRUCTURES.count("\n")
    convert(folder / "a.extxyz", folder / "b.db")
    convert(folder / "b.db", folder / "b.extxyz")
    assert (folder / "b.extxyz").read_text() == canonical, (folder / "b.extxyz").read_text()
    convert("--python", PYTHON, folder / "a.extxyz", folder / "c.pckl.gzip")
    convert("--python", PYTHON, folder / "c.pckl.gzip", folder / "c.extxyz")
    assert (folder / "c.extxyz").read_text() == canonical, (folder / "c.extxyz").read_text()
    assert "refused as duplicates" in convert(folder / "a.extxyz", folder / "b.db")
    columns = subprocess.run([PYTHON, "-c", "import pandas, sys; t = pandas.read_pickle(sys.argv[1], 'gzip');"
                              "print(t.w_energy[0], t.w_forces[0].tolist(), len(t.ase_atoms[0]))",
                              folder / "c.pckl.gzip"], capture_output=True, text=True, check=True).stdout
    assert columns.strip() == "0.0 [1.0, 0.0] 2", columns


def errors(folder):
    told = convert("--python", "/nowhere/python", folder / "a.extxyz", folder / "d.pckl.gzip", status=3)
    assert "no interpreter '/nowhere/python'" in told, told
    (folder / "torn.pckl.gzip").write_bytes((folder / "c.pckl.gzip").read_bytes()[:200])
    convert("--python", PYTHON, folder / "torn.pckl.gzip", folder / "d.extxyz", status=1)
    assert not (folder / "d.extxyz").exists()
    convert(folder / "none.extxyz", folder / "d.extxyz", status=1)


with tempfile.TemporaryDirectory() as scratch:
    potentials(Path(scratch))
    structures(Path(scratch))
    errors(Path(scratch))
