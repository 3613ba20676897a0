"""The commands of docs/python.md, in a virtual environment that knows nothing of the build: install, tutorial.

argv: root of the project.  The package's dependencies are those of the tests' environment instead of fresh ones.
"""

import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(sys.argv[1]).resolve()
CACHE = {"CCACHE_BASEDIR": str(ROOT), "CCACHE_NOHASHDIR": "1", "CCACHE_COMPILERCHECK": "content",
         "CC": "cc", "CXX": "c++"}  # the names of the other builds, so that their objects are found again


def commands(document: Path) -> list[list[str]]:
    """Lines after `$ ` of its console blocks."""
    blocks = re.findall(r"^```console\n(.*?)^```$", document.read_text(encoding="utf-8"), re.M | re.S)
    return [line[2:].split() for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def in_environment(words: list[str], environment: Path) -> list[str]:
    words = [re.sub(r"^env(?=/|$)", str(environment), word) for word in words]
    if "install" in words:
        at = words.index("install")
        words[at + 1:at + 1] = ["--no-deps", "--quiet"]
    return words


def main() -> None:
    found = commands(ROOT / "docs/python.md")
    assert [words[-1] for words in found] == ["env", ".", "examples/tutorial.py"], found
    with tempfile.TemporaryDirectory(prefix="mlip-install-") as folder:
        environment = Path(folder, "env")
        for words in found:
            run = in_environment(words, environment)
            print("$", *run, flush=True)
            subprocess.run(run, cwd=ROOT, check=True, timeout=800, env={**os.environ, **CACHE})
            if "venv" in words:
                (packages,) = environment.glob("lib/python3*/site-packages")
                (packages / "tests.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
        (module,) = environment.glob("lib/python3*/site-packages/mlip_autopipe/_core.*.so")
        assert module.with_name("py.typed").exists() and module.with_name("_core.pyi").exists()


main()
