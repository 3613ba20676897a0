"""`mlip-auto surrogate` with a MACE export, by libtorch and converted: ASE reads back what MACE's package says; the program
itself links no libtorch, and says what to do where the plugin is missing.

argv: mlip-auto, tests/data/surrogate.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from ase.io import read

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402


def main() -> None:
    program, data = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve() / "torchscript"
    needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    check("torch" not in needed and "libopenblas" in needed, "the program links no libtorch")
    expected = read(data / "alni.extxyz", ":")
    with tempfile.TemporaryDirectory(prefix="mlip-torch-") as name:
        folder = Path(name)

        def surrogate(*words: str, **environment: str) -> subprocess.CompletedProcess:
            return subprocess.run([program, "surrogate", *words], cwd=folder, env={**os.environ, **environment},
                                  capture_output=True, text=True, timeout=300)

        def evaluate(model: str = str(data / "alni.model-lammps.pt"), **environment: str) -> subprocess.CompletedProcess:
            return surrogate("eval", str(data / "alni.extxyz"), "--model", model, "--out", "out.xyz", **environment)

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

        made = surrogate("convert", str(data / "alni.model-lammps.pt"), "--elements", "Ni,Al", "--out", "alni.mace")
        check(made.returncode == 0, made.stderr)
        done = evaluate("alni.mace", MLIP_TORCH="/nowhere.so")
        check(done.returncode == 0, f"exit code {done.returncode}: {done.stderr}")
        for frame, said in zip(read(folder / "out.xyz", ":"), expected, strict=True):
            check(frame.info["surrogate"] == "alni", "it says whose answer it is")
            difference = frame.get_potential_energy() - said.get_potential_energy()
            check(abs(difference) < 2e-9 * len(frame), f"energy: {difference}")
            check(numpy.abs(frame.get_forces() - said.get_forces()).max() < 2e-7, "forces")
        unknown = surrogate("convert", str(data / "alni.model-lammps.pt"), "--elements", "Fe", "--out", "fe.mace")
        check(unknown.returncode == 2 and "does not know 'Fe'" in unknown.stderr, unknown.stderr)
        check(not (folder / "fe.mace").exists(), "nothing is left")

        doctor = subprocess.run([program, "doctor"], capture_output=True, text=True, timeout=300).stdout
        check("TorchScript models 1.13" in doctor, doctor)


main()
