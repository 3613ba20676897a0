"""Every sh, bash and yaml block of README.md and docs/ works.

argv: mlip-auto, root of the project.

A `yaml` block that names a target_system is an input; any other is an excerpt, read at the end of a
minimal input.  Both must be accepted by `mlip-auto plan`.  `sh` and `bash` blocks are run in a folder
of their document's, one after the other, where input.yaml is the latest yaml block and examples/ is at
hand.  A block marked `sh long` is run elsewhere (by hand, or by the end-to-end test): here its commands
must exist, with their sub-commands and options, and the files they read too.
First the check proves on wrong documents that it can fail.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

MINIMAL = "target_system: {elements: [Al]}\nsimulation_goal: {type: bulk}\n"
FENCE = re.compile(r"^(?P<indent> *)```(?P<info>\S[^\n]*)\n(?P<text>.*?)^(?P=indent)```[ \t]*$", re.M | re.S)
READ_SUFFIXES = (".yaml", ".yml", ".sh", ".py", ".md")


@dataclass
class Block:
    place: str
    info: list[str]
    text: str


def blocks(document: Path, name: str) -> list[Block]:
    text = document.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        lines = [row.removeprefix(match["indent"]) for row in match["text"].splitlines()]
        found.append(Block(f"{name}:{line}", match["info"].split(), "\n".join(lines) + "\n"))
    return found


class Reader:
    """Someone who does what a document says, in an empty folder."""

    def __init__(self, program: Path, root: Path):
        self.program, self.root = program, root
        self.folder = Path(tempfile.mkdtemp(prefix="mlip-docs-"))
        (self.folder / "examples").symlink_to(root / "examples")
        self.environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}",
                            "VASP_PP_PATH": str(root / "tests/data/dft/vasp")}

    def close(self) -> None:
        shutil.rmtree(self.folder)

    def run(self, *argv: str) -> str:
        """Empty when it went well, else what it said."""
        try:
            ended = subprocess.run(argv, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            return "took more than 300 s"
        return "" if ended.returncode == 0 else f"exit {ended.returncode}: {ended.stderr.strip()[-600:]}"

    def yaml(self, block: Block) -> str:
        whole = re.search(r"^target_system:", block.text, re.M)
        (self.folder / "input.yaml").write_text(block.text if whole else MINIMAL + block.text)
        return self.run("mlip-auto", "plan", "input.yaml")

    def shell(self, block: Block) -> str:
        script = "set -eu\ntrap 'echo \"in: $BASH_COMMAND\" >&2' ERR\n" + block.text
        return self.run("bash", "-c", script)

    def long(self, block: Block) -> str:
        return "; ".join(filter(None, map(self.command, commands(block.text))))

    def command(self, words: list[str]) -> str:
        first = words[0]
        here = self.root / first if "/" in first else None
        if not (here.is_file() if here else shutil.which(first, path=self.environment["PATH"])):
            return f"no command '{first}'"
        missing = [w for w in words[1:] if w.endswith(READ_SUFFIXES) and not self.is_there(w)]
        if missing:
            return f"no file '{missing[0]}'"
        if first == "./dev":
            return self.dev(words[1:])
        return self.arguments(words[1:]) if Path(first).name == "mlip-auto" else ""

    def is_there(self, name: str) -> bool:
        return (self.root / name).exists() or (self.folder / name).exists()

    def dev(self, words: list[str]) -> str:
        known = re.findall(r"^  (\w+)\) ", (self.root / "dev").read_text(), re.M)
        if not words or words[0] not in known:
            return f"./dev knows no '{' '.join(words)}'"
        return self.arguments(words) if words[0] == "run" else ""

    def arguments(self, words: list[str]) -> str:
        """The sub-command exists and knows the options."""
        path, text = [], self.help_of([])
        for word in words:
            inner = None if word.startswith("-") or len(path) > 1 else self.help_of([*path, word])
            if inner is None:
                break
            path, text = [*path, word], inner
        if not path and not all(word.startswith("-") for word in words):
            return f"mlip-auto knows no '{words[0]}'"
        options = [word.split("=")[0] for word in words if word.startswith("-")]
        unknown = [o for o in options if not re.search(rf"(?<![\w-]){re.escape(o)}(?![\w-])", text)]
        return f"'mlip-auto {' '.join(path)}' knows no '{unknown[0]}'" if unknown else ""

    def help_of(self, words: list[str]) -> str | None:
        ended = subprocess.run([self.program, *words, "--help"], capture_output=True, text=True, timeout=60)
        usage = " ".join(["mlip-auto", *words])
        return ended.stdout if ended.returncode == 0 and f"Usage: {usage} " in ended.stdout + " " else None


def commands(text: str) -> list[list[str]]:
    """The words of each command; what a pipe or a redirection leads to is left out."""
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        while words:
            stop = next((i for i, w in enumerate(words) if w in ("|", "&&", ";", "||", "&")), len(words))
            command = words[:stop]
            cut = next((i for i, w in enumerate(command) if re.match(r"\d*[<>]", w)), len(command))
            while command and re.fullmatch(r"[A-Za-z_]\w*=.*", command[0]):
                command, cut = command[1:], cut - 1
            if command[:1] == ["sudo"]:
                command, cut = command[1:], cut - 1
            if command[:cut]:
                found.append(command[:cut])
            words = words[stop + 1:]
    return found


def check(program: Path, root: Path, documents: list[Path]) -> tuple[list[str], dict[str, int]]:
    complaints, done = [], {"yaml": 0, "shell": 0, "long": 0}
    for document in documents:
        name = str(document.relative_to(root)) if document.is_relative_to(root) else document.name
        reader = Reader(program, root)
        try:
            for block in blocks(document, name):
                kind = {"yaml": "yaml", "yml": "yaml", "sh": "shell", "bash": "shell"}.get(block.info[0])
                if kind is None:
                    continue
                kind = "long" if block.info[1:] == ["long"] else kind
                done[kind] += 1
                if said := getattr(reader, kind)(block):
                    complaints.append(f"{block.place}: {said}")
        finally:
            reader.close()
    return complaints, done


PROOFS = [
    ("", "```yaml\ntarget_system: {elements: [Al]}\nsimulation_goal: {type: bulk}\n```\n"
         "```sh\nmlip-auto plan input.yaml > plan.yaml\ntest -s plan.yaml\n```\n"),
    ("", "```yaml\nresources: {cores: 1}\n```\n- in a list\n  ```sh\n  ls examples\n  cat input.yaml\n  ```\n"),
    ("", "```sh long\nOMP_NUM_THREADS=1 mlip-auto run examples/h2.yaml --out there 2>&1 | tee log  # long\n"
         "./dev test && mlip-auto db list there\n```\n```text\nno such thing\n```\n"),
    ("unknown key", "```yaml\ntarget_system: {element: [Al]}\nsimulation_goal: {type: bulk}\n```\n"),
    ("exit 2", "```yaml\nresources: {core: 1}\n```\n"),
    ("in: mlip-auto plan no_such.yaml", "```sh\nmlip-auto plan no_such.yaml\necho fine\n```\n"),
    ("in: false", "```bash\ntrue\nfalse\ntrue\n```\n"),
    ("no command 'mlip-autos'", "```sh long\nmlip-autos run examples/h2.yaml\n```\n"),
    ("no command './no_dev'", "```sh long\n./no_dev\n```\n"),
    ("no file 'examples/no_such.yaml'", "```sh long\nmlip-auto run examples/no_such.yaml\n```\n"),
    ("knows no 'walk'", "```sh long\nmlip-auto walk examples/h2.yaml\n```\n"),
    ("'mlip-auto run' knows no '--fast'", "```sh long\nmlip-auto run examples/h2.yaml --fast\n```\n"),
    ("./dev knows no 'fly'", "```sh long\n./dev fly\n```\n"),
]


def prove(program: Path, root: Path) -> list[str]:
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "proof.md")
        for complaint, text in PROOFS:
            document.write_text(text)
            found, done = check(program, root, [document])
            right = any(complaint in c for c in found) if complaint else not found and sum(done.values())
            if not right:
                problems.append(f"self-test: expected '{complaint}' of\n{text}found {found}")
    return problems


def main(program: Path, root: Path) -> int:
    problems = prove(program, root)
    if not problems:
        assert (root / "README.md").is_file(), "README.md is missing"
        documents = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
        problems, done = check(program, root, documents)
        print(f"{len(documents)} documents, blocks: {done}")
        if not done["yaml"] or not done["shell"] + done["long"]:
            problems.append("the documents show no input or no command: the check has nothing to hold")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
