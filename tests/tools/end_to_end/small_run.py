"""A small run on real engines, silicon in two generations: its input, and what every such run must end with, whatever it met."""

import json
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402

INPUT = """\
target_system:   {{elements: [Si]}}
simulation_goal: {{type: bulk, temperature: 300 K}}
resources:
  cores: 2
  wall_time: {wall_time}
{resources}
expert:
  generate: {{max_atoms: 2, rattled: 4, supercells: 0}}
  dft: {{pw_command: {pw}, ecutwfc_ry: 12, ecutrho_ry: 48, ecfixed_ry: 0, k_spacing: 0.7, time_limit_seconds: 60}}
  basis: {{nradmax_by_orders: [6, 4, 2], lmax_by_orders: [0, 2, 2], cutoff: 5.0}}
  explore: {{steps: 300}}
  guard: {{heat: 0.5, heat_ps: 0.5}}
  loop: {{seed_labels: 6, picks: 4, holdout: 3, min_generations: 2, max_generations: 2, walk_repeats: [1, 1, 1],
         eos_points: 6, isolated_box: 7}}
"""


def prepare(folder: Path, stand_in: str, wall_time: str = "10 min", resources: str = "") -> None:
    """`stand_in` is the program that is started in the place of pw.x."""
    pw = folder / "pw"
    pw.write_text(stand_in)
    pw.chmod(0o755)
    (folder / "input.yaml").write_text(INPUT.format(pw=pw, wall_time=wall_time, resources=resources))


def check_ended(program: Path, run: Path) -> tuple[dict, dict]:
    """Two generations, no label lost, all files written; returns the counts of rows and what the report tells of DFT."""
    status = json.loads(subprocess.run([program, "status", "--json", run], capture_output=True, text=True, check=True).stdout)
    counts = status["counts"]
    check(counts["failed"] == 0, f"no label is lost: {counts}")
    check(len(status["generations"]) == 2, f"two generations: {status}")
    dft = json.loads((run / "report.json").read_text())["dft"]
    noise = dft["noise"]
    check(noise["structures"] == 3, f"three labels were computed with tighter settings: {noise}")
    check(0 < noise["force_meV_per_A"] < 500, f"which changed forces a little: {noise}")
    for file in ("potential.yace", "potential.yaml", "potential.asi", "potential.committee", "report.html"):
        check((run / file).stat().st_size > 0, f"{file} is written")
    return counts, dft
