"""`mlip-auto plan`, `doctor`, `label` and `why` with a stand-in for VASP that replays a real run; ASE reads the same labels.

argv: mlip-auto, tests/data/dft/vasp.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from ase import Atoms
from ase.io import read, write

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402

INPUT = """target_system: {{elements: [Si]}}
simulation_goal: {{type: bulk}}
level_of_theory:
  engine: vasp
  functional: pbesol
  vasp: {{potentials: {data}/potpaw_PBE, encut: 250, command: {command}}}
expert: {{vasp: {{k_spacing: 0.28, ismear: 0, sigma: 0.05, spin_polarized: true, ediff: 2e-6}}}}
"""


def main() -> None:
    program, data = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory(prefix="mlip-vasp-") as name:
        folder = Path(name)

        def run(*words: str) -> subprocess.CompletedProcess:
            return subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, timeout=300)

        (folder / "input.yaml").write_text(INPUT.format(data=data, command=f"{data}/vasp_std"))
        (folder / "lost.yaml").write_text(INPUT.format(data=data, command="no_such_vasp"))
        plan = run("plan", "input.yaml").stdout
        check("PAW_PBE Si 05Jan2001" in plan and "level_of_theory.vasp.encut" in plan, "the plan tells of POTCAR and cutoff")
        lost = run("plan", "lost.yaml").stdout
        check("'no_such_vasp' is not in PATH here" in lost, "the plan tells that VASP is missing")
        doctor = run("doctor", "lost.yaml").stdout
        check("ok    POTCAR Si" in doctor and "FAIL  VASP" in doctor, "the doctor tells the same")
        refused = run("label", "structures.xyz", "--input", "lost.yaml")
        check(refused.returncode != 0, "no label without structures and VASP")

        crystal = Atoms("Si2", cell=[[0, 2.7, 2.7], [2.7, 0, 2.7], [2.7, 2.7, 0]], pbc=True,
                        positions=[[0, 0, 0], [1.35, 1.35, 1.35]])
        other = crystal.copy()
        other.rattle(0.05, seed=1)  # not what is replayed: never a label
        write(folder / "structures.xyz", [crystal, other], format="extxyz")
        dry = run("label", "structures.xyz", "--input", "input.yaml", "--dry-run").stdout
        check(dry.count("# INCAR") == 2 and "GGA = PS" in dry and "core hours" in dry, "a dry run shows inputs and cost")
        done = run("label", "structures.xyz", "--input", "input.yaml", "--workers", "1")
        check(done.returncode == 0, done.stderr)
        check("1 labelled, 1 failed" in done.stdout, done.stdout + done.stderr)

        labelled = read(folder / "labelled.extxyz", format="extxyz")
        vasp = read(data / "silicon_static/vasprun.xml", format="vasp-xml")
        check(abs(labelled.get_potential_energy() - vasp.calc.results["free_energy"]) < 1e-8, "the free energy is ASE's")
        check(numpy.abs(labelled.get_forces() - vasp.get_forces()).max() < 1e-8, "so are the forces")
        check(numpy.abs(labelled.get_stress() - vasp.get_stress()).max() < 1e-8, "and the stress")
        why = run("why", "labelled.extxyz", "1")
        check("contradiction" in why.stdout and "vasp.out" in why.stdout and "POTCAR" not in why.stdout.split("files:")[-1],
              why.stdout + why.stderr)
        check(not list(folder.rglob("POTCAR")), "no POTCAR is left")


if __name__ == "__main__":
    main()
