"""`mlip-auto converge` on real pw.x: killed it goes on, what it finds is good, and plans use it.

argv: mlip-auto.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402

INPUT = """\
target_system:   {elements: [Si]}
simulation_goal: {type: elastic, temperature: 300 K}
expert:
  generate: {max_atoms: 2}
  dft: {k_spacing: 0.8}
"""


def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory(prefix="mlip-converge-") as name:
        folder = Path(name)
        environment = {**os.environ, "XDG_DATA_HOME": str(folder / "data")}
        (folder / "input.yaml").write_text(INPUT)
        (folder / "plain.yaml").write_text("\n".join(INPUT.splitlines()[:2]) + "\n")

        def run(*arguments: str) -> subprocess.CompletedProcess:
            return subprocess.run([program, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
                                  timeout=600)

        before = run("plan", "plain.yaml").stdout
        check("converge" not in before, "no plan speaks of a measurement before there is one")
        command = ["converge", "--input", "input.yaml", "--energy", "10", "--force", "100", "--stress", "1"]

        first = subprocess.Popen([program, *command], cwd=folder, env=environment, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        ledger = folder / "convergence.html.ledger"
        limit = time.monotonic() + 120
        while not (ledger.exists() and ledger.read_text().count("level_of_theory") >= 4) and time.monotonic() < limit:
            time.sleep(0.02)
        first.send_signal(signal.SIGKILL)
        first.wait()
        check(not (folder / "data").exists(), "a killed measurement leaves no answer")

        again = run(*command)
        check(again.returncode == 0, again.stderr)
        check("0 of 3 calculations to make" in again.stderr, f"what was calculated is kept: {again.stderr}")
        answer = re.search(r"ecutwfc ([\d.]+) Ry, ecutrho ([\d.]+) Ry, k-spacing ([\d.]+) /Å", again.stdout)
        check(answer is not None, again.stdout)
        cutoff, density, spacing = map(float, answer.groups())
        # The start is 16 Ry, so the first reference 32 Ry; 8 Ry is 5 GPa off.
        check(10 <= cutoff < 32 and density == 4 * cutoff, f"a cutoff of {cutoff} Ry")
        check(0.1 <= spacing <= 1.6, f"a k-spacing of {spacing}")
        rows = [list(map(float, line.split()[:5])) for line in again.stdout.splitlines()
                if re.match(r"\s+[\d.]+\s+[\d.e+-]+\s+", line)]
        first_series = rows[:next(k for k in range(1, len(rows)) if rows[k][0] < rows[k - 1][0])]
        check(first_series[0][3] > first_series[-1][3], f"stresses converge with the cutoff: {first_series}")
        chosen = next(row for row in first_series if row[0] == cutoff)
        check(chosen[1] <= 10 and chosen[2] <= 100 and chosen[3] <= 1, f"what is chosen is good: {chosen}")

        page = (folder / "convergence.html").read_text()
        check("http" not in page.replace("http://www.w3.org", ""), "the page needs no network")
        check(page.count("<svg") == 6, f"three charts a series, got {page.count('<svg')}")
        for chart in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
            ElementTree.fromstring(chart)

        plan = run("plan", "plain.yaml").stdout
        check(re.search(rf"ecutwfc_ry: {cutoff:g} *# .*measured by 'mlip-auto converge'", plan) is not None, plan)
        check(re.search(r"k_spacing: .*measured by", plan) is not None, plan)

        alone = run("converge")
        check(alone.returncode == 2 and "--input" in alone.stderr, alone.stderr)


if __name__ == "__main__":
    main()
