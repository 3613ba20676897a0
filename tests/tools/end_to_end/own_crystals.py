"""`mlip-auto run` from crystals of the user's own, a CIF and a POSCAR: seeds, walks and the equation of state are of them, and a run
is bound to what the files held when it began.

argv: mlip-auto.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.io import read, write

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402

# D0_22, which no prototype is.
ORDERED = Atoms("Ni3AlNi3Al", cell=[3.57, 3.57, 7.14], pbc=True,
                scaled_positions=[[.5, .5, 0], [.5, 0, .25], [0, .5, .25], [0, 0, 0],
                                  [0, 0, .5], [0, .5, .75], [.5, 0, .75], [.5, .5, .5]])
INPUT = """\
target_system:    {structures: [crystals/ordered.cif, POSCAR]}
simulation_goal:  {type: bulk, temperature: 300 K}
level_of_theory:  {calculator: "ase.calculators.emt:EMT"}
resources:        {cores: 2, wall_time: 10 min}
expert:
  generate:  {rattled: 6, alloys: 2, supercells: 2, supercell_repeats: [1, 1, 1]}
  basis:     {cutoff: 4.5, nradmax_by_orders: [6, 3], lmax_by_orders: [0, 2]}
  explore:   {steps: 200}
  guard:     {heat: 0.5, heat_ps: 0.2, drift_ps: 0.2}
  loop:      {seed_labels: 8, picks: 4, holdout: 6, min_generations: 1, max_generations: 1, walk_repeats: [1, 1, 1], eos_points: 7}
"""


class OwnCrystals:
    def __init__(self, program: str, folder: Path):
        self.program, self.folder = program, folder
        (folder / "crystals").mkdir()
        self.cif = folder / "crystals/ordered.cif"
        write(self.cif, ORDERED)
        write(folder / "POSCAR", bulk("Ni", "fcc", a=3.52, cubic=True), format="vasp")
        (folder / "input.yaml").write_text(INPUT)

    def run(self, *words: str) -> subprocess.CompletedProcess:
        # from elsewhere: paths are beside the input
        return subprocess.run([self.program, *words], cwd="/", capture_output=True, text=True, timeout=800)

    def start(self, name: str) -> subprocess.CompletedProcess:
        return self.run("run", str(self.folder / name), "--out", str(self.folder / "run"))

    def check_plan(self) -> None:
        planned = self.run("plan", str(self.folder / "input.yaml"))
        check(planned.returncode == 0, planned.stderr)
        for said in ("name: crystals/ordered.cif", "prototype: given", "all atoms of target_system.structures"):
            check(said in planned.stdout, f"'{said}' is in the plan:\n{planned.stdout}")

    def check_seeds(self) -> None:
        made = self.run("generate", str(self.folder / "input.yaml"), "--out", str(self.folder / "seeds.extxyz"))
        check(made.returncode == 0, made.stderr)
        frames = read(self.folder / "seeds.extxyz", ":")
        crystals = Counter((f.info["config_type"], f.info["origin"].split()[0]) for f in frames)
        for kind in ("crystal", "volume", "shear", "rattle", "supercell"):
            for crystal in ("crystals/ordered.cif", "POSCAR"):
                check(crystals[kind, crystal] > 0, f"{kind} of {crystal}: {crystals}")
        check(any(kind == "alloy" for kind, _ in crystals), "metals are decorated too")

    def check_run(self) -> None:
        ended = self.start("input.yaml")
        print(ended.stderr)
        check(ended.returncode == 0, f"exit code 0, got {ended.returncode}: {ended.stderr}")
        exported = self.run("db", "export", str(self.folder / "run"), str(self.folder / "labelled.extxyz"))
        check(exported.returncode == 0, exported.stderr)
        walks = [(self.folder / f"run/generations/000/walk_{w}/start.data").read_text().splitlines()[0] for w in (0, 1)]
        check("Al2Ni6" in walks[0] and "Ni8" in walks[1], f"walks take turns: {walks}")
        self.check_equation_of_state(read(self.folder / "labelled.extxyz", ":"))

    def check_equation_of_state(self, labelled: list[Atoms]) -> None:
        curve = [f for f in labelled if f.info["config_type"] == "eos"]
        check(len(curve) == 7 and all(len(f) == 8 for f in curve), "its points are of the first crystal")
        fit = json.loads((self.folder / "run/report.json").read_text())["eos"]["dft"]["fit"]
        lengths = numpy.linspace(3.4, 3.75, 15)
        energies = []
        for length in lengths:
            atoms = ORDERED.copy()
            atoms.set_cell([length, length, 2 * length], scale_atoms=True)
            atoms.calc = EMT()
            energies.append(atoms.get_potential_energy())
        best = numpy.poly1d(numpy.polyfit(lengths, energies, 4))
        expected = min(numpy.linspace(3.4, 3.75, 3501), key=best)
        check(abs(fit["a0"] - expected) < 0.005, f"EMT's lattice constant of the CIF: {fit['a0']}, {expected}")

    def check_bound(self) -> None:
        text = self.cif.read_text()
        self.cif.write_text(text.replace("7.14", "7.18"))
        other = self.start("input.yaml")
        check(other.returncode == 2 and "another configuration" in other.stderr and "7.18" in other.stderr,
              f"an edited CIF is another run: {other.stderr}")
        self.cif.unlink()
        gone = self.start("input.yaml")
        check(gone.returncode == 2 and "input.yaml:1: target_system.structures[0]: " in gone.stderr, gone.stderr)
        check(self.start("run/plan.yaml").returncode == 0, "the run's own plan needs no CIF")
        self.cif.write_text(text)
        check(self.start("input.yaml").returncode == 0, "the same files, the same run")


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="mlip-crystals-") as name:
        own = OwnCrystals(program, Path(name))
        own.check_plan()
        own.check_seeds()
        own.check_run()
        own.check_bound()


if __name__ == "__main__":
    main()
