"""`mlip-auto generate KIND` on structures that ASE writes, with the native SevenNet-0: physics as ASE reads it back, defects as
pymatgen finds them, bad input named.

argv: mlip-auto, tests/data.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy
from ase import Atoms
from ase.build import bulk, molecule
from ase.io import read, write
from ase.neighborlist import neighbor_list

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checks import check  # noqa: E402

CRYSTALS = {
    "fcc Al": bulk("Al", "fcc", a=4.05, cubic=True),
    "bcc Fe": bulk("Fe", "bcc", a=2.87, cubic=True),
    "hcp Ti": bulk("Ti", "hcp", a=2.95, covera=1.587),
    "diamond Si": bulk("Si", "diamond", a=5.43, cubic=True),
    "l10 FeNi": Atoms("Fe2Ni2", cell=[3.57, 3.57, 3.57 * 1.007], pbc=True,
                      scaled_positions=[[0, 0, 0], [.5, .5, 0], [.5, 0, .5], [0, .5, .5]]),
    "rocksalt NaCl": bulk("NaCl", "rocksalt", a=5.64, cubic=True),
}


class Generator:
    def __init__(self, program: str, folder: Path, model: Path):
        self.program, self.folder, self.model = program, folder, model

    def run(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.program, *words], cwd=self.folder, capture_output=True, text=True, timeout=280)

    def make(self, kind: str, *words: str, model: bool = False) -> tuple[list[Atoms], str]:
        more = ["--model", str(self.model)] if model else []
        done = self.run("generate", kind, *words, *more, "--out", f"{kind}.extxyz")
        check(done.returncode == 0, f"{kind} {words}: {done.stderr}")
        frames = read(self.folder / f"{kind}.extxyz", ":")
        check(all(f.info["config_type"] and f.info["origin"] for f in frames), f"{kind} says how frames were made")
        check(not model or all("sevennet-0" in f.info["model"] for f in frames), f"{kind} names its model")
        return frames, done.stdout

    def energies(self, file: str) -> list[float]:
        done = self.run("surrogate", "eval", file, "--model", str(self.model), "--out", "labelled.xyz")
        check(done.returncode == 0, done.stderr)
        return [f.get_potential_energy() for f in read(self.folder / "labelled.xyz", ":")]


def check_modes(generator: Generator) -> None:
    for name, modes, stretch in [("H2O", 3, (3000, 4200)), ("CO2", 4, (2000, 2700))]:
        write(generator.folder / "molecule.xyz", molecule(name))
        frames, said = generator.make("modes", "--structure", "molecule.xyz", "--temperature", "100", "--count", "8",
                                      model=True)
        wavenumbers = [float(w) for w in said.split("1/cm:")[1].splitlines()[0].split()]
        check(len(wavenumbers) == modes and wavenumbers[0] > 100, f"{name}: {wavenumbers}")
        check(stretch[0] < wavenumbers[-1] < stretch[1], f"{name}: stretch at {wavenumbers[-1]}")
        check(len(frames) == 8 and len({f.positions.tobytes() for f in frames}) == 8, f"{name}: 8 samples")
        said_energies = [float(re.search(r"([\d.]+) eV above", f.info["origin"])[1]) for f in frames]
        energies = generator.energies("modes.extxyz")
        # differences leave the minimum's energy out; the wells are nearly harmonic at 100 K
        spread = numpy.ptp(said_energies)
        slope = numpy.polyfit(said_energies, energies, 1)[0]
        check(spread > 0.005 and abs(slope - 1) < 0.2, f"{name}: harmonic energies are the model's, slope {slope}")


def check_molecules(generator: Generator) -> None:
    write(generator.folder / "molecule.xyz", molecule("CH3CH2OH"))
    pairs, _ = generator.make("molecule-pairs", "--structure", "molecule.xyz", "--count", "6", "--seed", "3")
    check([len(p) for p in pairs] == [18] * 6 and all(p.pbc.all() for p in pairs), "pairs of ethanol")
    gaps = [float(re.search(r"gap ([\d.]+)", p.info["origin"])[1]) for p in pairs]
    check(gaps == sorted(gaps) and gaps[0] < 1 < 2 < gaps[-1], f"gaps grow: {gaps}")
    pulled, _ = generator.make("dissociation", "--structure", "molecule.xyz", "--steps", "5")
    check(len(pulled) % 5 == 0 and len(pulled) >= 5 * 5, f"C-C, C-O, O-H and C-H are pulled: {len(pulled)}")
    bent, _ = generator.make("bends", "--structure", "molecule.xyz", "--steps", "5")
    check(len(bent) >= 5 * 5, f"C-C-O, C-O-H, H-C-H, C-C-H and O-C-H are bent: {len(bent)}")
    rest = molecule("CH3CH2OH")
    for bond in [(0, 1), (1, 2), (2, 3)]:
        check(all(abs(f.get_distance(*bond) - rest.get_distance(*bond)) < 1e-6 for f in bent), f"bond {bond} stays")
    check(min(f.get_distance(1, 3) for f in bent) < 1.08 < 1.9 < rest.get_distance(1, 3), "C-O-H closes")


def check_defects(generator: Generator, reference: dict) -> None:
    for name, crystal in CRYSTALS.items():
        write(generator.folder / "crystal.extxyz", crystal)
        frames, _ = generator.make("defects", "--structure", "crystal.extxyz", "--shells", "1")
        known = reference[name]
        kinds = Counter(f.info["config_type"] for f in frames)
        check(kinds["vacancy"] == len(known["vacancies"]), f"{name}: {kinds}")
        check(kinds["antisite"] == len(known["antisites"]), f"{name}: {kinds}")
        first = crystal.get_chemical_symbols()[0]
        sites = []
        for frame in frames:
            if frame.info["config_type"] == "interstitial" and frame.get_chemical_symbols()[-1] == first:
                found = neighbor_list("id", frame, 5.0)
                share = int(re.search(r"(\d+) in a primitive cell", frame.info["origin"])[1])
                sites.append((share, sorted(found[1][found[0] == len(frame) - 1])[:6], frame.info["origin"]))
        primitive = {"fcc Al": 1, "bcc Fe": 1, "hcp Ti": 2, "diamond Si": 2, "l10 FeNi": 2, "rocksalt NaCl": 2}[name]
        for site in known["interstitials"]:
            same = [s for s in sites if s[0] * known["atoms"] == site["multiplicity"] * primitive
                    and numpy.allclose(s[1], site["distances"], atol=2e-3)]
            check(len(same) > 0, f"{name}: pymatgen has {site}, we have {sites}")
            sites.remove(same[0])
        # what pymatgen misses: materialsproject/pymatgen-analysis-defects#102
        extra = ["octahedral"] if name == "bcc Fe" else []
        check([s[2].split()[0] for s in sites] == extra, f"{name}: only we have {sites}")


def frozen_phonon(generator: Generator) -> float:
    """1/cm of aluminium's longitudinal mode at X by the model: every other layer moves against those between."""
    frames = []
    for shift in (-0.01, 0, 0.01):
        frames.append(CRYSTALS["fcc Al"].copy())
        frames[-1].positions[:, 2] += numpy.where(frames[-1].positions[:, 2] < 1, shift, -shift)
    write(generator.folder / "frozen.xyz", frames)
    down, rest, up = generator.energies("frozen.xyz")
    stiffness = (down + up - 2 * rest) / 0.01**2 / 4  # eV/Å² an atom
    return numpy.sqrt(stiffness / 26.9815385) * 521.4709  # √(eV/u)/Å in 1/cm, CODATA 2018


def check_crystals(generator: Generator) -> None:
    write(generator.folder / "Al.cif", CRYSTALS["fcc Al"])
    strained, _ = generator.make("strain", "--structure", "Al.cif", "--deformations", "3", "--keep-copies")
    check(Counter(f.info["config_type"] for f in strained) ==
          {"volume": 6, "uniaxial": 18, "shear": 18, "deformation": 3}, "a grid of strains, of a CIF")
    distinct, said = generator.make("strain", "--structure", "Al.cif", "--deformations", "3")
    check(Counter(f.info["config_type"] for f in distinct) ==
          {"volume": 6, "uniaxial": 6, "shear": 3, "deformation": 3}, "axes of a cube are alike, shears both ways too")
    check("18 structures in strain.extxyz; 27 copies are left out" in said, said)
    check([f.info["origin"] for f in distinct[:6]] == [f.info["origin"] for f in strained[:6]], "the first are kept, in order")
    rattled, _ = generator.make("rattle", "--structure", "Al.cif", "--amplitude", "0.3", "--count", "5")
    check(all(neighbor_list("d", f, 3.0).min() > 0.75 * 2 * 1.21 for f in rattled), "rattled atoms keep apart")
    phonons, said = generator.make("phonons", "--structure", "Al.cif", "--image-distance", "5.6", "--count", "4",
                                   "--temperature", "50", model=True)
    highest = float(re.search(r"to ([\d.]+) 1/cm", said)[1])
    frozen = frozen_phonon(generator)
    check(abs(highest - frozen) < 0.05 * frozen, f"the highest phonon is the longitudinal one at X: {highest}, {frozen} 1/cm")
    per_atom = [float(re.search(r"([\d.]+) eV/atom above", f.info["origin"])[1]) for f in phonons]
    energies = numpy.array(generator.energies("phonons.extxyz")) / len(phonons[0])
    check(abs(numpy.ptp(energies) - numpy.ptp(per_atom)) < 0.25 * numpy.ptp(per_atom), "harmonic energies are the model's")
    prototypes, _ = generator.make("prototypes", "--composition", "Fe:0.5,Ni:0.5")
    check(len(prototypes) == 5, "five crystals of a one-to-one compound")
    clusters, _ = generator.make("clusters", "--composition", "Fe:0.5,Ni:0.5")
    check({f.info["config_type"] for f in clusters} == {"dimer", "trimer"}, "dimers and trimers")
    found, _ = generator.make("search", "--composition", "Al", "--atoms", "3", "--count", "3", "--steps", "60",
                              "--seed", "2", model=True)
    check(all(12 < f.get_volume() / 3 < 25 for f in found), "random cells of aluminium relax to dense ones")
    cells, _ = generator.make("search", "--composition", "Fe:0.5,Ni:0.5", "--atoms", "8", "--count", "12", "--seed", "1")
    groups = {f.info["origin"].split(", ")[-1] for f in cells}
    check(len(groups) > 3 and groups != {"P1"}, f"random cells have symmetry: {groups}")
    check(all(f.get_chemical_formula() == "Fe4Ni4" for f in cells), "and the composition")


def check_found(generator: Generator) -> None:
    """What a composition forms, alone and in a plan."""
    frames, said = generator.make("crystal", "--composition", "Mg:0.5,O:0.5", model=True)
    check(frames[0].info["origin"].startswith("rocksalt Mg4O4") and "rocksalt" in said, said)
    check(abs(frames[0].cell.lengths() - 4.25).max() < 0.03, f"{frames[0].cell}, 4.25 Å by PBE")
    data = generator.folder / "data/mlip-auto/surrogate"
    data.mkdir(parents=True)
    (data / "sevennet-0.sevennet").write_bytes(generator.model.read_bytes())
    (generator.folder / "input.yaml").write_text("target_system: {elements: [Mg, Si], composition: {Mg: 0.667, Si: 0.333}}\n"
                                                 "simulation_goal: {type: bulk}\n")
    plans = [subprocess.run([generator.program, "plan", "input.yaml"], cwd=generator.folder, capture_output=True, text=True,
                            env=os.environ | {"XDG_DATA_HOME": str(home)})
             for home in (data.parents[1], generator.folder)]
    check(all(p.returncode == 0 for p in plans), plans[0].stderr + plans[1].stderr)
    check("prototype: given  # fluorite, the lowest in energy of" in plans[0].stdout
          and "name: \"fluorite by sevennet-0" in plans[0].stdout, "the surrogate finds Mg2Si's crystal")
    check("# a stand-in: no table says what Mg-Si forms, and no surrogate is there" in plans[1].stdout,
          "without a surrogate a stand-in is called one")
    refused = generator.run("generate", "crystal", "--composition", "H:0.667,O:0.333", "--model", str(generator.model))
    check(refused.returncode == 1 and "finds no crystal" in refused.stderr, refused.stderr)


def check_melt(generator: Generator) -> None:
    write(generator.folder / "crystal.extxyz", bulk("Al", "fcc", a=4.05))
    frames, said = generator.make("melt", "--structure", "crystal.extxyz", "--atoms", "8", "--steps", "300", "--frames", "3",
                                  model=True)
    kinds = Counter(f.info["config_type"] for f in frames)
    check(kinds["quench"] == 3 and kinds["liquid"] >= 1 and kinds["amorphous"] >= 1, f"{kinds}")
    check("melting point 933 K" in said and all(len(f) == 8 for f in frames), said)
    check(all(12 < f.get_volume() / 8 < 30 for f in frames), "at the density of a metal")


def check_refusals(generator: Generator) -> None:
    folder = generator.folder
    write(folder / "crystal.extxyz", CRYSTALS["fcc Al"])
    write(folder / "lone.extxyz", molecule("H2O"))
    write(folder / "two.extxyz", [molecule("H2O"), molecule("CO2")])
    write(folder / "strange.extxyz", Atoms("EsH", positions=[[0, 0, 0], [0, 0, 1.9]]))
    (folder / "broken.cif").write_text("data_x\n_cell_length_a\n")
    model = ["--model", str(generator.model)]
    for words, complaint in [
        (["modes", "--structure", "crystal.extxyz", *model], "own images"),
        (["modes", "--structure", "two.extxyz", *model], "holds 2 structures"),
        (["modes", "--structure", "strange.extxyz", *model], "Es"),
        (["modes", "--structure", "lone.extxyz", "--model", "sevennet-9"], "sevennet-9"),
        (["defects", "--structure", "lone.extxyz"], "not periodic"),
        (["defects", "--structure", "broken.cif"], "broken.cif:2"),
        (["defects", "--structure", "crystal.extxyz", "--elements", "Cc"], "unknown element 'Cc'"),
        (["defects", "--structure", "crystal.extxyz", "--image-distance", "50"], "more than 300"),
        (["defects", "--structure", "crystal.extxyz", "--kinds", "vacancies"], "vacancies"),
        (["strain", "--structure", "lone.extxyz"], "not periodic"),
        (["rattle", "--structure", "crystal.extxyz", "--closest", "1.5"], "closer than 1.5"),
        (["search", "--composition", "Fe:0.3,Ni:0.7", "--atoms", "4"], "numbers of atoms that can: 10, 20"),
        (["search", "--composition", "Al", "--atoms", "4", "--smallest", "0.1", "--largest", "0.2"], "keeps its atoms apart"),
        (["prototypes", "--composition", "Fe:0.9,Ni:0.1"], "no prototype"),
        (["prototypes", "--composition", "Fee:0.5,Ni:0.5"], "unknown element 'Fee'"),
        (["melt", "--structure", "lone.extxyz", *model], "not periodic"),
        (["strain", "--structure", "nowhere.cif"], "nowhere.cif"),
    ]:
        refused = generator.run("generate", *words, "--out", "none.xyz")
        check(refused.returncode != 0 and complaint in refused.stderr, f"{words}: {refused.returncode} {refused.stderr}")
    check(not list(folder.glob("none.xyz*")), "nothing is left of what was refused")


def main() -> None:
    program, data = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve()
    reference = json.loads((data / "generate/pymatgen_sites.json").read_text())
    with tempfile.TemporaryDirectory(prefix="mlip-generate-") as name:
        generator = Generator(program, Path(name), data / "surrogate/sevennet-0.sevennet")
        check_modes(generator)
        check_molecules(generator)
        check_defects(generator, reference)
        check_crystals(generator)
        check_found(generator)
        check_melt(generator)
        check_refusals(generator)


main()
