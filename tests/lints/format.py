"""C++ files are as clang-format leaves them."""

import os
import subprocess
from pathlib import Path

import sources

STYLE = Path(__file__).parents[2] / ".clang-format"


def check(root: Path) -> list[str]:
    paths = [str(p) for p in sources.files(root) if p.suffix in sources.CPP and p.parts[:2] != ("tests", "data")]
    workers = os.cpu_count() or 1
    command = ["clang-format", "--dry-run", "-Werror", f"--style=file:{STYLE}"]
    running = [subprocess.Popen([*command, *paths[k::workers]], cwd=root, text=True,
                                stderr=subprocess.PIPE)
               for k in range(workers) if paths[k::workers]]
    complaints = []
    for process in running:
        errors = process.communicate()[1]
        complaints += [line for line in errors.splitlines() if " error: " in line]
        if process.returncode != 0 and not complaints:
            complaints.append(f"clang-format failed: {errors.strip()}")
    wrong = sorted({line.split(":")[0] for line in complaints})
    return [f"{name}: run clang-format -i on it" for name in wrong]


EXAMPLES = [
    sources.Example("", {"src/a/a.cpp": "int x = 3;\n"}),
    sources.Example("src/a/a.cpp: run clang-format", {"src/a/a.cpp": "int  x=3 ;\n"}),
    sources.Example("src/b.hpp: run clang-format", {"a.cpp": "int x;\n", "src/b.hpp": "int * p;\n"}),
]

if __name__ == "__main__":
    sources.main(check, EXAMPLES)
