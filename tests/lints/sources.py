"""What every lint needs: the files of the project, code without comments, and the proof that it can fail.

A lint is a function `check(root) -> complaints` and a list of `Example`s.  `main` first runs it on the
examples, each in a folder of its own, and fails if it does not complain as the example says; then it
runs it on the project.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

CPP = (".cpp", ".hpp", ".h", ".cc")

Check = Callable[[Path], list[str]]


@dataclass
class Example:
    """Files of a small project; `complaint` is part of what the lint must say, empty if nothing."""

    complaint: str
    files: dict[str, str] = field(default_factory=dict)


def files(root: Path, *folders: str) -> list[Path]:
    """Tracked files below root, or below its folders, as paths relative to root."""
    paths = _tracked(root) or _walked(root)
    wanted = [p for p in paths if not folders or p.parts[0] in folders]
    return sorted(p for p in wanted if (root / p).is_file())


def _tracked(root: Path) -> list[Path]:
    if not (root / ".git").exists():
        return []
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


def _walked(root: Path) -> list[Path]:
    found = []
    for folder, names, entries in os.walk(root):
        names[:] = [n for n in names if not n.startswith((".", "build")) and n != "__pycache__"]
        found += [Path(folder, entry).relative_to(root) for entry in entries]
    return found


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(
    r"""//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/"""  # comments
    r"""|R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)\""""  # raw strings
    r"""|"(?:[^"\\\n]|\\.)*\""""  # strings
    r"""|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'""",  # characters, not the digit separators
    re.DOTALL | re.VERBOSE)


def without_comments(code: str, keep_strings: bool = False) -> str:
    """C++ code with comments, and unless asked otherwise the content of strings, blanked; lines stay."""

    def blank(match: re.Match) -> str:
        text = match.group()
        if not text.startswith("/"):
            if keep_strings:
                return text
            quote = text[-1]
            return quote + "\n" * text.count("\n") + quote
        return "\n" * text.count("\n")

    return _TOKEN.sub(blank, code)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def closing(text: str, opening: int) -> int:
    """Index of the bracket that closes the one at `opening`; the end of the text if none does."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    close, depth, quoted = pairs[text[opening]], 0, False
    for at in range(opening, len(text)):
        if text[at] == '"' and text[at - 1] != "\\":
            quoted = not quoted
        elif not quoted and text[at] == text[opening]:
            depth += 1
        elif not quoted and text[at] == close:
            depth -= 1
            if depth == 0:
                return at
    return len(text)


def _prove(check: Check, examples: list[Example]) -> list[str]:
    problems = []
    for number, example in enumerate(examples):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in example.files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
            complaints = check(Path(folder))
        said = any(example.complaint in c for c in complaints) if example.complaint else not complaints
        if not said:
            problems.append(f"example {number}: expected '{example.complaint}', found {complaints}")
    return problems


def main(check: Check, examples: list[Example]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path, nargs="?", default=Path(__file__).parents[2])
    root = parser.parse_args().root.resolve()
    assert any(e.complaint for e in examples), "a lint without a wrong example proves nothing"
    problems = _prove(check, examples) or check(root)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
