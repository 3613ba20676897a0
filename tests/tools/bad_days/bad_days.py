"""Bad days of a user, end to end: wrong inputs, missing tools, damaged files, read-only and full disks.

argv: mlip-auto.  The script starts itself again in a mount namespace of its own, where it may mount the
small file systems it fills; they go when it ends.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

DONE, FAILED, BAD_INPUT, MISSING_TOOL, INTERRUPTED = 0, 1, 2, 3, 130
PROGRAM = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path()
STOCK = Path("/usr/share/espresso/pseudo")
ALUMINIUM = "target_system: {elements: [Al]}\nsimulation_goal: {type: bulk}\nresources: {cores: 1, wall_time: 10 min}\n"
# One atom, one k-point, low cutoff: a label takes a second.
CHEAP = ("target_system: {elements: [Al]}\nsimulation_goal: {type: bulk}\n"
         "resources: {cores: 2, wall_time: 10 min}\nexpert: {dft: {ecutwfc_ry: 10, ecutrho_ry: 40, k_spacing: 2.0}}\n")


def environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "ESPRESSO_PSEUDO"}
    return {**kept, "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8", **changes}


class BadDay(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mlip-bad-day-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self, *words: str, **changes: str) -> subprocess.Popen:
        log = open(self.folder / "stderr", "w", encoding="utf-8")
        self.addCleanup(log.close)
        child = subprocess.Popen([PROGRAM, *words], cwd=self.folder, env=environment(**changes),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
        self.addCleanup(self.end, child)
        return child

    @staticmethod
    def end(child: subprocess.Popen) -> None:
        if child.poll() is None:
            child.kill()
            child.wait()

    def run_program(self, *words: str, timeout: float = 240, **changes: str) -> tuple[int, str]:
        child = self.start(*words, **changes)
        code = child.wait(timeout)
        return code, (self.folder / "stderr").read_text(encoding="utf-8")

    def write(self, text: str, name: str = "input.yaml") -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def refused(self, code: int, *words: str, says: str, remedy: bool = True, **changes: str) -> str:
        """The program ends with `code` and a message in the house style in which `says` is found."""
        ended, text = self.run_program(*words, **changes)
        self.assertEqual(ended, code, text)
        self.check_style(text, remedy)
        self.assertRegex(text, says)
        return text

    def check_style(self, text: str, remedy: bool) -> None:
        told = text[text.rindex("mlip-auto: "):].rstrip("\n").split("\n")
        self.assertNotIn("internal error", text)
        message = re.sub(r"^\S+?:\d+: ", "", told[0].removeprefix("mlip-auto: "))
        self.assertRegex(message, r"^[a-z0-9'\"$]|^(SCF|LAMMPS) ", "starts in lower case")
        self.assertNotRegex(message, r"[.!]$", "has no final stop")
        remedies = [line for line in told if line.startswith("  remedy: ")]
        self.assertEqual(len(remedies), 1 if remedy else len(remedies), text)
        for line in remedies:
            self.assertRegex(line, r"^  remedy: [^A-Z].*[^.]$")

    def refused_input(self, text: str, line: int, says: str) -> str:
        self.write(text)
        answer = self.refused(BAD_INPUT, "run", "input.yaml", says=says, remedy=False)
        self.assertIn(f"input.yaml:{line}: ", answer)
        self.assertFalse((self.folder / "runs").exists(), "a refused input leaves nothing behind")
        return answer


class WrongInput(BadDay):
    def test_unknown_key(self):
        self.refused_input("target_system:\n  elements: [Al]\n  elementz: [Cu]\nsimulation_goal: {type: bulk}\n", 3,
                           "'elementz'.*'elements'")

    def test_unknown_choice(self):
        self.refused_input("target_system: {elements: [Al]}\nsimulation_goal: {type: difusion}\n", 2, "'diffusion'")

    def test_wrong_unit(self):
        self.refused_input("target_system: {elements: [Al]}\nsimulation_goal:\n  type: diffusion\n  temperature: 300 GPa\n",
                           4, "GPa")

    def test_text_for_a_number(self):
        self.refused_input("target_system: {elements: [Al]}\nsimulation_goal: {type: bulk}\nresources: {cores: many}\n", 3,
                           "cores")

    def test_unknown_element(self):
        self.refused_input("target_system:\n  elements: [Al, Cx]\nsimulation_goal: {type: bulk}\n", 2, "'Cx'")

    def test_impossible_composition(self):
        for composition in ("{Al: 0.5, Cu: 0.2}", "{Al: 1.5, Cu: -0.5}", "{Al: 0.5, Ni: 0.5}", "{Al: 1.0}"):
            with self.subTest(composition):
                self.refused_input(f"target_system:\n  elements: [Al, Cu]\n  composition: {composition}\n"
                                   "simulation_goal: {type: bulk}\n", 3, "composition")

    def test_all_problems_at_once(self):
        answer = self.refused_input("target_system: {elements: [Al], colour: red}\nsimulation_goal: {type: bulk}\n"
                                    "resources: {cores: 0}\n", 1, "colour")
        self.assertIn("input.yaml:3: ", answer)

    def test_expert_key(self):
        self.refused_input(ALUMINIUM + "expert:\n  dft: {ecutwfc: 20}\n", 5, "ecutwfc_ry")

    def test_missing_block(self):
        self.refused_input("target_system: {elements: [Al]}\n", 1, "simulation_goal")

    def test_no_yaml(self):
        self.refused_input("target_system: {elements: [Al\nsimulation_goal: }\n", 2, "input.yaml:2: ")
        self.write("\x00\x01\x7f binary")
        self.refused(BAD_INPUT, "plan", "input.yaml", says="input.yaml", remedy=False)
        self.write("")
        self.refused(BAD_INPUT, "plan", "input.yaml", says="input.yaml", remedy=False)

    def test_no_file(self):
        code, text = self.run_program("plan", "nowhere.yaml")
        self.assertIn(code, (FAILED, BAD_INPUT))
        self.check_style(text, remedy=True)
        self.assertIn("'nowhere.yaml'", text)

    def test_command_line(self):
        self.assertEqual(self.run_program("run")[0], BAD_INPUT)
        self.assertEqual(self.run_program("walk")[0], BAD_INPUT)
        self.assertEqual(self.run_program("run", "input.yaml", "--fast")[0], BAD_INPUT)

    def test_init(self):
        self.refused(BAD_INPUT, "init", "--elements", "Al,Fee", says="'Fee'.*'Fe'", remedy=False)
        self.write(ALUMINIUM)
        self.refused(BAD_INPUT, "init", "--elements", "Al", says="'input.yaml' exists")
        self.assertEqual((self.folder / "input.yaml").read_text(), ALUMINIUM)


class MissingTool(BadDay):
    def test_no_pw_in_path(self):
        self.write(ALUMINIUM)
        self.refused(MISSING_TOOL, "run", "input.yaml", says="'pw.x' is not found\n  remedy: .*quantum-espresso",
                     PATH=str(PROGRAM.parent))

    def test_pw_named_wrongly(self):
        self.write(ALUMINIUM + "expert: {dft: {pw_command: /no/such/pw.x}}\n")
        self.refused(MISSING_TOOL, "run", "input.yaml", says="'/no/such/pw.x' is not found\n  remedy: .*pw_command")

    def test_doctor_tells(self):
        ended = subprocess.run([PROGRAM, "doctor"], cwd=self.folder, env=environment(PATH=str(PROGRAM.parent)),
                               stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240)
        self.assertEqual(ended.returncode, MISSING_TOOL, ended.stderr)
        self.assertRegex(ended.stdout + ended.stderr, "(?s)FAIL.*remedy: .*quantum-espresso")

    def test_no_pseudopotentials(self):
        (self.folder / "empty").mkdir()
        self.write(ALUMINIUM)
        self.refused(MISSING_TOOL, "run", "input.yaml", says="pseudopotential.*'Al'", ESPRESSO_PSEUDO="empty")

    def test_named_pseudopotential_missing(self):
        self.write(ALUMINIUM + "level_of_theory: {pseudopotentials: {Al: nothing.UPF}}\n")
        self.refused(MISSING_TOOL, "plan", "input.yaml", says="'nothing.UPF' of 'Al' does not exist")

    def test_pseudopotential_of_another_element(self):
        self.write(ALUMINIUM + "level_of_theory: {pseudopotentials: {Al: Si.pz-vbc.UPF}}\n")
        self.refused(BAD_INPUT, "plan", "input.yaml", says="'Si.pz-vbc.UPF' of 'Al'")

    def test_pseudopotential_is_garbage(self):
        self.write("this is no pseudopotential\n", "Al.UPF")
        self.write(ALUMINIUM + f"level_of_theory: {{pseudopotentials: {{Al: {self.folder}/Al.UPF}}}}\n")
        self.refused(BAD_INPUT, "plan", "input.yaml", says="Al.UPF' of 'Al'")

    def test_mixed_functionals(self):
        alloy = "target_system: {elements: [Al, Si]}\nsimulation_goal: {type: bulk}\n"
        self.write(alloy + "level_of_theory: {pseudopotentials: {Al: Al.pz-vbc.UPF, Si: Si.pbe-rrkj.UPF}}\n")
        answer = self.refused(BAD_INPUT, "plan", "input.yaml", says="functionals would mix")
        self.assertRegex(answer, "pz")
        self.assertRegex(answer, "pbe")
        self.write(alloy + f"expert: {{species: {{Si: {{pseudopotential: {STOCK}/Si.pbe-rrkj.UPF}}}}}}\n")
        self.refused(BAD_INPUT, "plan", "input.yaml", says="functionals would mix")


class RunUnderWay(BadDay):
    """Days that begin with a real run, stopped after its first labels."""

    def labels(self, run: str) -> int:
        """Labels stored so far; 0 while there is no run to ask."""
        ended = subprocess.run([PROGRAM, "status", run, "--json"], cwd=self.folder, env=environment(),
                               capture_output=True, text=True, timeout=60)
        return json.loads(ended.stdout)["counts"]["labeled"] if ended.returncode == 0 else 0

    def wait_for_labels(self, child: subprocess.Popen, run: str, count: int) -> None:
        end = time.monotonic() + 240
        while self.labels(run) < count:
            self.assertIsNone(child.poll(), (self.folder / "stderr").read_text())
            self.assertLess(time.monotonic(), end, "no label in 240 s")
            time.sleep(0.2)

    def begin(self, run: str, count: int) -> None:
        """A run with `count` labels more than before, ended by Ctrl-C."""
        child = self.start("run", "input.yaml", "--out", run)
        self.wait_for_labels(child, run, self.labels(run) + count)
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(120), INTERRUPTED)

    def mount(self, name: str, size: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", folder], check=True)
        return folder


class DamagedDatabase(RunUnderWay):
    def untouched(self, content: bytes, *words: str, says: str) -> None:
        database = self.folder / "there" / "mlip.db"
        code, text = self.run_program(*words)
        self.assertIn(code, (FAILED, BAD_INPUT), text)
        self.check_style(text, remedy=True)
        self.assertRegex(text, says)
        self.assertEqual(database.read_bytes(), content, f"{words} changed the file")

    def test_damage(self):
        self.write(CHEAP)
        self.begin("there", 2)
        database = self.folder / "there" / "mlip.db"
        for rest in database.parent.glob("mlip.db-*"):
            rest.unlink()
        whole = database.read_bytes()
        damages = {"truncated": whole[:len(whole) // 2], "cut to a page": whole[:4096],
                   "overwritten": whole[:8192] + b"\xa5" * (len(whole) - 8192),
                   "garbage": b"this is no database " * 300}
        for name, content in damages.items():
            for words in (("run", "input.yaml", "--out", "there"), ("status", "there"), ("db", "list", "there")):
                with self.subTest(damage=name, command=words[0]):
                    database.write_bytes(content)
                    self.untouched(content, *words, says="mlip.db'")

    def test_no_run_there(self):
        (self.folder / "there").mkdir()
        for words in (("status", "there"), ("db", "list", "there"), ("db", "check", "there"), ("report", "there")):
            with self.subTest(words[0]):
                code, text = self.run_program(*words)
                self.assertIn(code, (FAILED, BAD_INPUT), text)
                self.check_style(text, remedy=True)
                self.assertEqual(list((self.folder / "there").iterdir()), [])

    def test_another_configuration(self):
        self.write(CHEAP)
        self.begin("there", 1)
        before = self.labels("there")
        self.write(CHEAP + "seed: 2\n")
        self.refused(BAD_INPUT, "run", "input.yaml", "--out", "there", says="'there' holds a run of another configuration")
        self.assertEqual(self.labels("there"), before)


class ReadOnlyFolder(RunUnderWay):
    def test_new_run(self):
        self.write(ALUMINIUM)
        folder = self.mount("disk", "1m")
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        self.refused(FAILED, "run", "input.yaml", "--out", "disk/there", says="cannot make the folder 'disk/there'")

    def test_run_under_way(self):
        self.write(CHEAP)
        folder = self.mount("disk", "400m")
        self.begin("disk/there", 2)
        before = self.labels("disk/there")
        content = (folder / "there" / "mlip.db").read_bytes()
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        self.refused(FAILED, "run", "input.yaml", "--out", "disk/there", says="'disk/there")
        self.assertEqual((folder / "there" / "mlip.db").read_bytes(), content)
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
        self.assertEqual(self.labels("disk/there"), before)
        self.begin("disk/there", 1)


class FullDisk(RunUnderWay):
    def fill(self, folder: Path, leaving: int = 0) -> Path:
        """Everything but the last page or two, or but `leaving` bytes."""
        ballast = folder / "ballast"
        with open(ballast, "ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 4096)
            except OSError:
                file.truncate(file.tell() - leaving)
                return ballast

    def test_full_from_the_start(self):
        self.write(CHEAP)
        folder = self.mount("disk", "400m")
        ballast = self.fill(folder)
        self.refused(FAILED, "run", "input.yaml", "--out", "disk/there", says="(?i)space|cannot write")
        ballast.unlink()
        self.begin("disk/there", 1)

    def test_full_in_the_middle(self):
        self.fills_up(0)

    def test_too_full_for_a_label(self):
        self.fills_up(20 << 20)

    def fills_up(self, leaving: int):
        self.write(CHEAP)
        folder = self.mount("disk", "400m")
        child = self.start("run", "input.yaml", "--out", "disk/there")
        self.wait_for_labels(child, "disk/there", 2)
        ballast = self.fill(folder, leaving)
        code = child.wait(240)
        text = (self.folder / "stderr").read_text(encoding="utf-8")
        self.assertEqual(code, FAILED, text[-800:])
        self.check_style(text, remedy=True)
        self.assertRegex(text, "(?i)space|disk")
        ballast.unlink()
        kept = self.labels("disk/there")
        self.assertGreaterEqual(kept, 2)
        self.assertEqual(self.failed("disk/there"), 0, "a full disk is no fault of a structure")
        self.begin("disk/there", 1)
        self.assertGreater(self.labels("disk/there"), kept)

    def failed(self, run: str) -> int:
        ended = subprocess.run([PROGRAM, "status", run, "--json"], cwd=self.folder, env=environment(),
                               capture_output=True, text=True, timeout=60, check=True)
        return json.loads(ended.stdout)["counts"]["failed"]


def in_a_mount_namespace() -> None:
    if os.environ.get("MLIP_BAD_DAYS_INSIDE") == "1":
        return
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    os.execvpe(unshare[0], [*unshare, sys.executable, "-B", *sys.argv], {**os.environ, "MLIP_BAD_DAYS_INSIDE": "1"})


if __name__ == "__main__":
    in_a_mount_namespace()
    os.environ.pop("MLIP_BAD_DAYS_INSIDE")
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]], verbosity=2)
