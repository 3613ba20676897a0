"""Without DFT: labels by an ASE calculator, killed by kill -9 and gone on with; the demo; why.

argv: mlip-auto.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.io import read, write

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402

INPUT = """\
target_system:   {elements: [Al, Cu]}
simulation_goal: {type: bulk}
level_of_theory: {calculator: "ase.calculators.emt:EMT"}
resources:       {cores: 2, wall_time: 5 min}
"""
COUNT = 150


class Batch:
    """150 alloys, one of them with an element the calculator does not know."""

    def __init__(self, program: str, folder: Path):
        self.folder, self.command = folder, [program, "label", "structures.xyz", "--input", "input.yaml"]
        self.program = program
        random = numpy.random.default_rng(5)
        self.frames = []
        for k in range(COUNT):
            atoms = bulk("Cu", a=3.7, cubic=True).repeat((1 + k % 3, 1, 1))
            atoms.numbers[::3] = 13
            atoms.rattle(0.05, rng=random)
            self.frames.append(atoms)
        self.frames[7].numbers[0] = 26
        write(folder / "structures.xyz", self.frames, format="extxyz")
        (folder / "input.yaml").write_text(INPUT)

    def done(self) -> int:
        ledger = self.folder / "labelled.extxyz.ledger"
        return ledger.read_text().count("Lattice=") if ledger.exists() else 0

    def kill_between(self, labels: int) -> None:
        child = subprocess.Popen(self.command, cwd=self.folder, stderr=subprocess.DEVNULL)
        limit = time.monotonic() + 120
        while self.done() < labels and time.monotonic() < limit and child.poll() is None:
            time.sleep(0.002)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()

    def check(self) -> None:
        for labels in (1, 30, 80):
            self.kill_between(labels)
        check(80 <= self.done() < COUNT, f"killed in the midst: {self.done()}")
        last = subprocess.run(self.command, cwd=self.folder, capture_output=True, text=True, timeout=300)
        check(last.returncode == 0, last.stderr)
        check(f"{COUNT - 1} labelled, 1 failed" in last.stdout, last.stdout)
        check("of work so far" in last.stderr and " to go" in last.stderr, "time to go and cost so far are told")
        ledger = read(self.folder / "labelled.extxyz.ledger", ":", format="extxyz")
        names = [frame.info["name"] for frame in ledger]
        check(sorted(names) == sorted(f"frame_{k}" for k in range(COUNT)), "none is lost, none repeated")
        labelled = read(self.folder / "labelled.extxyz", ":", format="extxyz")
        for frame in (labelled[0], labelled[-1]):
            atoms = frame.copy()
            atoms.calc = EMT()
            check(abs(atoms.get_potential_energy() - frame.get_potential_energy()) < 1e-9, "energies are EMT's")
            check(numpy.abs(atoms.get_forces() - frame.get_forces()).max() < 1e-9, "so are forces")
            check(numpy.abs(atoms.get_stress() - frame.get_stress()).max() < 1e-9, "and stresses")
        self.check_why()

    def check_why(self) -> None:
        failed = self.why("labelled.extxyz", "7")
        check("frame 7" in failed and "1. calculator error" in failed and "Fe" in failed, failed)
        check("1. good" in self.why("labelled.extxyz.ledger", "8"), "a good one is told")
        for words, says in ((("labelled.extxyz", "150"), "tells of no frame 150"), (("nowhere", "1"), "neither a run nor"),
                            (("1",), "which run"), (("labelled.extxyz", "x"), "no number of a row")):
            ended = subprocess.run([self.program, "why", *words], cwd=self.folder, capture_output=True, text=True)
            check(ended.returncode == 2 and says in ended.stderr, f"why {words}: {ended.stderr}")

    def why(self, *words: str) -> str:
        return subprocess.run([self.program, "why", *words], cwd=self.folder, capture_output=True, text=True,
                              check=True).stdout


def check_demo(program: str, folder: Path) -> None:
    begin = time.monotonic()
    command = [program, "run", "--demo"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    print(ended.stderr, f"the demo took {time.monotonic() - begin:.1f} s", sep="\n")
    check(ended.returncode == 0, f"exit code 0, got {ended.returncode}")
    check("mlip-auto run demo/input.yaml" in ended.stdout, ended.stdout)
    status = json.loads(subprocess.run([program, "status", "--json", "demo/run"], cwd=folder, capture_output=True,
                                       text=True, check=True).stdout)
    check(len(status["generations"]) == 2 and status["counts"]["failed"] == 0, f"two generations: {status}")
    errors = [g["holdout"]["force_rmse_meV_per_A"] for g in status["generations"]]
    check(errors[1] < errors[0] and errors[1] < 50, f"the second generation is better: {errors}")
    for file in ("potential.yace", "potential.asi", "report.html", "report.json"):
        check((folder / "demo/run" / file).stat().st_size > 0, f"{file} is written")
    report = json.loads((folder / "demo/run/report.json").read_text())
    check(report["provenance"]["calculator"] == "ase.calculators.emt:EMT", "the report names the calculator")
    check(abs(report["eos"]["potential"]["fit"]["a0"] - 3.59) < 0.02, "lattice constant of EMT copper")

    listed = subprocess.run([program, "db", "list", "demo/run"], cwd=folder, capture_output=True, text=True,
                            check=True).stdout
    cut_out = re.findall(r"^ *(\d+) +labeled +embedded ", listed, re.M)
    check(len(cut_out) > 0, f"uncertain places were cut out and labelled:\n{listed}")
    told = subprocess.run([program, "why", cut_out[0]], cwd=folder / "demo/run", capture_output=True, text=True,
                          check=True).stdout
    check("extrapolation grade" in told and "1. good" in told and "buffer" in told, told)
    again = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)
    check(again.returncode == 0, "the same command again ends at once")
    (folder / "demo/input.yaml").write_text("# mine\n")
    other = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    check(other.returncode == 2 and "not the demo's input" in other.stderr, "an edited input is not overwritten")


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="mlip-demo-") as name:
        Batch(program, Path(name)).check()
        check_demo(program, Path(name))


if __name__ == "__main__":
    main()
