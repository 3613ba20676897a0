"""Twenty labels of real pw.x, most of which are killed once at a random moment: every one recovers, and is the label it would
have been.

argv: mlip-auto.
"""

import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from ase.build import bulk
from ase.io import read, write

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402

LABELS, STRUCK = 20, 14
INPUT = """\
target_system: {{elements: [Si]}}
simulation_goal: {{type: bulk}}
resources: {{cores: 2, wall_time: 20 min}}
expert: {{dft: {{pw_command: {pw}, ecutwfc_ry: 12, ecutrho_ry: 48, ecfixed_ry: 0, k_spacing: 0.5}}}}
"""
# It works in NAME/attempt_N: where a moment is written down for NAME, its first attempt is killed then.
KILLER = """\
#!/bin/bash
moment='{folder}/moments/'$(basename "$(dirname "$PWD")")
if [ -e "$moment" ] && [ "$(basename "$PWD")" = attempt_1 ]; then
  /usr/bin/pw.x "$@" &
  sleep "$(cat "$moment")"
  kill -KILL $! && wait $!
  kill -KILL $$
fi
exec /usr/bin/pw.x "$@"
"""


def label(program: Path, folder: Path, out: str) -> tuple[str, list]:
    ended = subprocess.run([program, "label", "structures.xyz", "--input", "input.yaml", "--out", out], cwd=folder,
                           capture_output=True, text=True, timeout=600)
    check(ended.returncode == 0, ended.stderr)
    return ended.stderr, read(folder / out, ":", format="extxyz")


def main() -> None:
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="mlip-storm-") as name:
        folder = Path(name)
        (folder / "moments").mkdir()
        pw = folder / "pw.sh"
        pw.write_text(KILLER.format(folder=folder))
        pw.chmod(0o755)
        (folder / "input.yaml").write_text(INPUT.format(pw=pw))
        frames = []
        for k in range(LABELS):
            frame = bulk("Si", cubic=False)
            frame.positions += numpy.random.default_rng(k).normal(0, 0.05, frame.positions.shape)
            frames.append(frame)
        write(folder / "structures.xyz", frames, format="extxyz")
        _, calm = label(program, folder, "calm.extxyz")

        dice = random.Random(3)
        for k in dice.sample(range(LABELS), STRUCK):
            (folder / "moments" / f"frame_{k}").write_text(f"{dice.uniform(0, 0.5):.3f}")
        told, stormy = label(program, folder, "stormy.extxyz")
        print(told)
        healed = told.count("healed by once more")
        check(healed >= STRUCK // 2, f"many were struck before they ended: {healed}")
        check(len(calm) == len(stormy) == LABELS, "no label is lost")
        for before, after in zip(calm, stormy, strict=True):
            check(abs(before.get_potential_energy() - after.get_potential_energy()) < 1e-6, "the same energy")
            check(numpy.abs(before.get_forces() - after.get_forces()).max() < 1e-4, "the same forces")
        left = sorted(path.name for path in (folder / "scratch").iterdir())
        check(left == ["accepted", "failed"], f"nothing but what is kept is left: {left}")


if __name__ == "__main__":
    main()
