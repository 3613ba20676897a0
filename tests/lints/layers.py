"""Every #include "room/..." is allowed by the DEPENDS list of the including room, and nothing goes round.

The lists are those of the mlip_module() calls in src/*/CMakeLists.txt.  The stages are functions from
values to values: they know neither each other nor the database nor the loop, whatever they declare.
The program in app/ may include what it links and what that brings along.
"""

import re
from pathlib import Path

import sources

STAGES = {"generate", "select", "dft", "fit", "explore", "validate"}
ABOVE_STAGES = {"store", "pipeline", "report", "config"}

_MODULE = re.compile(r"mlip_module\(\s*(\w+)([^)]*)\)")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.MULTILINE)


def declared(root: Path) -> dict[str, list[str]]:
    rooms = {}
    for path in sorted(root.glob("src/*/CMakeLists.txt")):
        for name, arguments in _MODULE.findall(sources.read(path)):
            words = arguments.split()
            start = words.index("DEPENDS") + 1 if "DEPENDS" in words else len(words)
            end = words.index("LINK") if "LINK" in words[start:] else len(words)
            rooms[name] = words[start:end]
    return rooms


def reachable(rooms: dict[str, list[str]], start: list[str]) -> set[str]:
    found, left = set(), list(start)
    while left:
        room = left.pop()
        if room not in found:
            found.add(room)
            left += rooms.get(room, [])
    return found


def check_declarations(rooms: dict[str, list[str]]) -> list[str]:
    complaints = []
    for room, depends in rooms.items():
        complaints += [f"src/{room}/CMakeLists.txt: unknown room '{d}'" for d in depends if d not in rooms]
        if room in reachable(rooms, depends):
            complaints.append(f"src/{room}/CMakeLists.txt: '{room}' depends on itself in a circle")
        if room in STAGES:
            wrong = (STAGES | ABOVE_STAGES) & set(depends)
            complaints += [f"src/{room}/CMakeLists.txt: stage '{room}' must not depend on '{w}'"
                           for w in sorted(wrong)]
    return complaints


def app_rooms(root: Path, rooms: dict[str, list[str]]) -> set[str]:
    path = root / "app/CMakeLists.txt"
    linked = re.findall(r"\bmlip_(\w+)", sources.read(path)) if path.exists() else []
    return reachable(rooms, [room for room in linked if room in rooms]) | {"app"}


def check(root: Path) -> list[str]:
    rooms = declared(root)
    complaints = check_declarations(rooms)
    for path in sources.files(root, "src", "app"):
        if path.suffix not in sources.CPP:
            continue
        room = path.parts[1] if path.parts[0] == "src" else "app"
        allowed = app_rooms(root, rooms) if room == "app" else {room, *rooms.get(room, [])}
        code = sources.without_comments(sources.read(root / path), keep_strings=True)
        for match in _INCLUDE.finditer(code):
            target = match.group(1).split("/")[0]
            line = sources.line_of(code, match.start())
            if "/" not in match.group(1):
                complaints.append(f"{path}:{line}: include '{match.group(1)}' with its room before it")
            elif target not in allowed:
                complaints.append(f"{path}:{line}: '{room}' does not declare '{target}' in DEPENDS")
    return complaints


_CORE = {"src/core/CMakeLists.txt": "mlip_module(core LINK fmt::fmt)"}

EXAMPLES = [
    sources.Example("", _CORE | {
        "src/io/CMakeLists.txt": "mlip_module(io DEPENDS core\n LINK x::y)",
        "src/io/a.cpp": '#include "core/b.hpp"\n#include "io/a.hpp"\n// #include "store/b.hpp"\n',
        "app/CMakeLists.txt": "target_link_libraries(mlip-auto PRIVATE mlip_io)",
        "app/main.cpp": '#include "core/b.hpp"\n#include "app/x.hpp"\n'}),
    sources.Example("'core' does not declare 'io'", _CORE | {
        "src/core/a.cpp": '#include <x>\n#include "io/b.hpp"\n'}),
    sources.Example("src/core/a.cpp:2: include 'b.hpp'", _CORE | {
        "src/core/a.cpp": '\n#include "b.hpp"\n'}),
    sources.Example("'a' depends on itself", {
        "src/a/CMakeLists.txt": "mlip_module(a DEPENDS b)",
        "src/b/CMakeLists.txt": "mlip_module(b DEPENDS a)"}),
    sources.Example("unknown room 'b'", {"src/a/CMakeLists.txt": "mlip_module(a DEPENDS b)"}),
    sources.Example("stage 'fit' must not depend on 'dft'", {
        "src/fit/CMakeLists.txt": "mlip_module(fit DEPENDS dft)",
        "src/dft/CMakeLists.txt": "mlip_module(dft)"}),
    sources.Example("'app' does not declare 'store'", _CORE | {
        "src/store/CMakeLists.txt": "mlip_module(store)",
        "app/CMakeLists.txt": "target_link_libraries(mlip-auto PRIVATE mlip_core)",
        "app/main.cpp": '#include "store/database.hpp"\n'}),
]

if __name__ == "__main__":
    sources.main(check, EXAMPLES)
