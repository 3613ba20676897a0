"""`mlip-auto surrogate eval` with a MACE file: ASE reads back what MACE's package says; the program itself links no libtorch,
and says what to do where the plugin is missing.

argv: mlip-auto, tests/data/surrogate.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from ase.io import read


def check(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"failed: {what}")


def main() -> None:
    program, data = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve() / "torchscript"
    needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    check("torch" not in needed and "libopenblas" in needed, "the program links no libtorch")
    expected = read(data / "alni.extxyz", ":")
    with tempfile.TemporaryDirectory(prefix="mlip-torch-") as name:
        folder = Path(name)

        def evaluate(**environment: str) -> subprocess.CompletedProcess:
            command = [program, "surrogate", "eval", str(data / "alni.extxyz"), "--model",
                       str(data / "alni.model-lammps.pt"), "--out", "out.xyz"]
            return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True,
                                  timeout=300)

        for file, complaint in (("/nowhere.so", "is not there"), ("/lib/x86_64-linux-gnu/libz.so.1", "is none of"),
                                (str(data / "alni.extxyz"), "does not load")):
            refused = evaluate(MLIP_TORCH=file)
            check(refused.returncode == 3, f"exit code {refused.returncode}: {refused.stderr}")
            check(complaint in refused.stderr and "./dev setup --mace" in refused.stderr, refused.stderr)
            check(not (folder / "out.xyz").exists(), "nothing is written")

        done = evaluate()
        check(done.returncode == 0, f"exit code {done.returncode}: {done.stderr}")
        for frame, said in zip(read(folder / "out.xyz", ":"), expected, strict=True):
            check(frame.info["surrogate"] == "alni.model-lammps", "it says whose answer it is")
            check(frame.info["surrogate_version"].startswith("MACE float64, CRC-32 "), "and which")
            difference = frame.get_potential_energy() - said.get_potential_energy()
            check(abs(difference) < 1e-9 * len(frame), f"energy: {difference}")
            check(numpy.abs(frame.get_forces() - said.get_forces()).max() < 2e-8, "forces")
            if frame.pbc.all():
                check(numpy.abs(frame.get_stress() - said.get_stress()).max() < 1e-9, "stress")
        doctor = subprocess.run([program, "doctor"], capture_output=True, text=True, timeout=300).stdout
        check("TorchScript models 1.13.1" in doctor, doctor)


main()
