"""A whole run on real engines in which three labels meet a real failure and are healed.

argv: mlip-auto.

pw.x is started through a program of the test's own that spoils chosen starts of the real pw.x: it kills one in
its SCF, cuts off what one wrote, and takes SCF steps away from one.  The run must end as if nothing had
happened, the attempts must tell what did, and `ase db` must read the database.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from small_run import check, check_ended, prepare

SPOILER = """\
#!/usr/bin/python3
import fcntl, os, re, signal, subprocess, sys, time
from pathlib import Path

with open({counter!r}, "a+") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    file.seek(0)
    start = len(file.read()) + 1
    file.write("x")
arguments = sys.argv[1:]
if start == 9:  # what it wrote is cut off, as on a disk that was full for a moment
    code = subprocess.call(["/usr/bin/pw.x", *arguments])
    for xml in Path(".").rglob("*.xml"):
        xml.write_bytes(xml.read_bytes()[:2000])
    sys.exit(code)
if start == 14:  # two SCF steps are not enough
    source = Path(arguments[arguments.index("-in") + 1])
    source.write_text(re.sub(r"electron_maxstep = \\d+", "electron_maxstep = 2", source.read_text()))
if start != 4:
    os.execv("/usr/bin/pw.x", ["pw.x", *arguments])
child = subprocess.Popen(["/usr/bin/pw.x", *arguments])
time.sleep(0.15)
child.kill()
child.wait()
os.kill(os.getpid(), signal.SIGKILL)
"""


def main() -> None:
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="mlip-healing-") as name:
        folder = Path(name)
        prepare(folder, SPOILER.format(counter=str(folder / "counter")))
        command = [str(program), "run", str(folder / "input.yaml"), "--out", "run"]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
        print(ended.stderr)
        check(ended.returncode == 0, f"exit code 0, got {ended.returncode}")

        counts, dft = check_ended(program, folder / "run")
        check("crashed" not in ended.stderr and ended.stderr.count("walk ") == 4, "four walks ran")
        check(ended.stderr.count("healed by") >= 3, "three labels are healed")
        healed = {row["fault"] for row in dft["healing"] if row["successes"] >= 1 and row["seconds"] > 0}
        for fault in ("killed", "incomplete output", "not converged"):
            check(fault in healed, f"the report tells what healed '{fault}': {dft['healing']}")
        listed = subprocess.run(["ase", "db", str(folder / "run" / "mlip.db"), "state=labeled", "-n"],
                                capture_output=True, text=True, check=True).stdout
        check(str(counts["labeled"]) in listed, f"ase db counts the labels: {listed!r}")

        again = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
        check(again.returncode == 0, "the same command again ends at once")
        starts = len((folder / "counter").read_text())
        wanted = counts["labeled"] + 3 + dft["noise"]["structures"]
        check(starts == wanted, f"{starts} starts of pw.x: nothing is repeated")


if __name__ == "__main__":
    main()
