"""`mlip-auto run` of molecules of the user's own: boxes, seeds by their vibrations, walks that take turns, a potential that knows their forces.

argv: mlip-auto, SevenNet-0.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy
from ase import Atoms
from ase.build import molecule
from ase.io import read, write

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent)]
from checks import check  # noqa: E402
from morse_molecules import MorseMolecules  # noqa: E402

INPUT = """\
target_system:    {structures: [water.xyz, oxygen.extxyz]}
simulation_goal:  {type: molecule, temperature: 200 K}
level_of_theory:  {calculator: "morse_molecules:MorseMolecules"}
resources:        {cores: 2, wall_time: 10 min}
expert:
  generate:   {modes: 8, rattled: 4, bond_lengths: 6, bond_angles: 6, molecule_pairs: 2}
  surrogate:  {model: "MODEL"}
  basis:      {cutoff: 4.5, nradmax_by_orders: [8, 4, 2], lmax_by_orders: [0, 3, 2]}
  explore:    {steps: 200}
  guard:      {heat: 0.5, heat_ps: 0.2, drift_ps: 0.2}
  loop:       {seed_labels: 30, picks: 6, holdout: 8, min_generations: 1, max_generations: 2}
"""


class OwnMolecules:
    def __init__(self, program: str, model: str, folder: Path):
        self.program, self.folder = program, folder
        self.water = molecule("H2O")
        write(folder / "water.xyz", self.water)
        cut = Atoms("O2", positions=[[0, 0, 0.2], [0, 0, 7.99]], cell=[9, 9, 9], pbc=True)
        write(folder / "oxygen.extxyz", cut)
        (folder / "input.yaml").write_text(INPUT.replace("MODEL", model))

    def run(self, *words: str) -> subprocess.CompletedProcess:
        # from elsewhere: paths are beside the input
        return subprocess.run([self.program, *words], cwd="/", capture_output=True, text=True, timeout=800,
                              env={**os.environ, "PYTHONPATH": str(HERE)})

    def check_seeds(self) -> None:
        made = self.run("generate", str(self.folder / "input.yaml"), "--out", str(self.folder / "seeds.extxyz"))
        check(made.returncode == 0, made.stderr)
        frames = read(self.folder / "seeds.extxyz", ":")
        kinds = Counter((f.info["config_type"], f.get_chemical_formula()) for f in frames)
        for kind in ("molecule", "modes", "rattle", "dissociation"):
            for formula in ("O2", "H2O"):
                check(kinds[kind, formula] > 0, f"{kind} of {formula}: {kinds}")
        check(kinds["bend", "H2O"] > 0, f"bends: {kinds}")
        for formula in ("O4", "H2O3", "H4O2"):
            check(kinds["molecule_pair", formula] > 0, f"pairs {formula}: {kinds}")
        check(all(f.pbc.all() for f in frames) and all("origin" in f.info for f in frames), "boxes and origins")
        angles = [f.get_angle(1, 0, 2) for f in frames if (f.info["config_type"], len(f)) == ("modes", 3)]
        check(95 < numpy.mean(angles) < 115, f"SevenNet-0's water is bent: {numpy.mean(angles)}")

    def check_run(self) -> None:
        folder = self.folder / "run"
        ended = self.run("run", str(self.folder / "input.yaml"), "--out", str(folder))
        print(ended.stderr)
        check(ended.returncode == 0, f"exit code 0, got {ended.returncode}: {ended.stderr}")
        walks = [(folder / f"generations/000/walk_{w}/start.data").read_text().splitlines()[0] for w in (0, 1)]
        check("H2O" in walks[0] and "O2" in walks[1], f"walks take turns: {walks}")
        exported = self.run("db", "export", str(folder), str(self.folder / "labelled.extxyz"))
        check(exported.returncode == 0, exported.stderr)
        labelled = read(self.folder / "labelled.extxyz", ":")
        check(all(len(f) in (1, 2, 3, 4, 5, 6) for f in labelled), "no walk repeats a molecule")
        self.check_forces(folder)

    def check_forces(self, folder: Path) -> None:
        """Of water that was not labelled, shaken at random."""
        draw = numpy.random.default_rng(5)
        frames = []
        for _ in range(20):
            atoms = read(self.folder / "seeds.extxyz", "0")
            atoms.positions += draw.normal(0, 0.03, atoms.positions.shape)
            atoms.calc = MorseMolecules()
            atoms.get_forces()
            frames.append(atoms)
        write(self.folder / "test.extxyz", frames)
        told = self.run("eval", str(folder / "potential.yaml"), str(self.folder / "test.extxyz"), "--predictions",
                        str(self.folder / "told.extxyz"))
        check(told.returncode == 0, told.stderr)
        errors, sizes = [], []
        for ours, atoms in zip(read(self.folder / "told.extxyz", ":"), frames):
            errors.append(ours.get_forces() - atoms.get_forces())
            sizes.append(atoms.get_forces())
        error, size = (numpy.sqrt(numpy.mean(numpy.square(x))) for x in (errors, sizes))
        check(error < 0.1 * size, f"force errors of {error:.3f} eV/Å are a tenth of {size:.3f} eV/Å")

    def check_refused(self) -> None:
        write(self.folder / "crystal.extxyz", Atoms("Al", cell=[2.5, 2.5, 2.5], pbc=True))
        text = (self.folder / "input.yaml").read_text()
        (self.folder / "mixed.yaml").write_text(text.replace("oxygen.extxyz", "crystal.extxyz"))
        refused = self.run("plan", str(self.folder / "mixed.yaml"))
        check(refused.returncode == 2 and "mixed.yaml:1: target_system.structures[1]: " in refused.stderr
              and "own images" in refused.stderr, refused.stderr)


def main() -> None:
    program, model = (str(Path(word).resolve()) for word in sys.argv[1:3])
    with tempfile.TemporaryDirectory(prefix="mlip-molecules-") as name:
        own = OwnMolecules(program, model, Path(name))
        own.check_seeds()
        own.check_run()
        own.check_refused()


if __name__ == "__main__":
    main()
