"""The Python package: its calculator as ASE tests calculators, fits, error bars, a run's data, errors, types.

argv: folder of the package, root of the project, mlip-auto.
"""

import ast
import contextlib
import copy
import inspect
import io
import json
import os
import pickle
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

PACKAGE, ROOT, PROGRAM = (Path(word).resolve() for word in sys.argv[1:4])
sys.path.insert(0, str(PACKAGE))

try:
    import ase.db
    import ase.io
    import numpy as np
    from ase import Atoms
    from ase.build import bulk, molecule
    from ase.calculators.calculator import PropertyNotImplementedError
    from ase.calculators.emt import EMT
    from ase.calculators.fd import FiniteDifferenceCalculator
    from ase.calculators.singlepoint import SinglePointCalculator
    from ase.calculators.test import gradient_test
    from ase.filters import FrechetCellFilter
    from ase.optimize import LBFGS
    import mlip_autopipe as mlip
    from mlip_autopipe import _core
    from mlip_autopipe.atoms import to_matrix, to_voigt
except ImportError as error:
    sys.exit(f"the tests' Python environment is not complete ({error}): run ./dev setup --tests, which makes build/venv")

REFERENCE = ROOT / "tests/data/ace/pacemaker_fits/AlNi"
SMALL = {"nradmax_by_orders": [8, 4, 2], "lmax_by_orders": [0, 2, 1], "cutoff": 5.0}


def alloy(amplitude: float = 0.1, seed: int = 1) -> Atoms:
    atoms = bulk("Ni", "fcc", a=3.7, cubic=True) * (2, 1, 1)
    atoms.symbols[[0, 3, 5]] = "Al"
    atoms.rattle(amplitude, seed=seed)
    atoms.cell[1, 0] += 0.2
    return atoms


def labelled(count: int, amplitude: float = 0.12, seed: int = 0, symbol: str = "Cu") -> list[Atoms]:
    """Crystals with the labels of ASE's EMT."""
    engine = np.random.default_rng(seed)
    frames = []
    for k in range(count):
        atoms = bulk(symbol, "fcc", a=3.6, cubic=True)
        strain = np.eye(3) + 0.03 * engine.standard_normal((3, 3))
        atoms.set_cell(atoms.cell @ (strain + strain.T) / 2, scale_atoms=True)
        atoms.rattle(amplitude, seed=1000 * seed + k)
        atoms.calc = EMT()
        results = {"energy": atoms.get_potential_energy(), "forces": atoms.get_forces(), "stress": atoms.get_stress()}
        atoms.calc = SinglePointCalculator(atoms, **results)
        frames.append(atoms)
    return frames


class CalculatorTest(unittest.TestCase):
    def setUp(self):
        self.calculator = mlip.ACECalculator(REFERENCE.with_suffix(".yaml"))

    def test_numbers_of_pacemaker(self):
        for record in json.loads(REFERENCE.with_suffix(".json").read_text()):
            atoms = Atoms(record["symbols"], record["positions"], cell=record["cell"], pbc=record["pbc"])
            atoms.calc = self.calculator
            self.assertAlmostEqual(atoms.get_potential_energy(), record["energy"], delta=1e-9)
            np.testing.assert_allclose(atoms.get_potential_energies(), record["energies"], atol=1e-9)
            np.testing.assert_allclose(atoms.get_forces(), record["forces"], atol=1e-9)
            np.testing.assert_allclose(self.calculator.get_gamma(atoms), record["gamma"], rtol=1e-8, atol=1e-10)

    def test_finite_differences(self):
        atoms = alloy()
        atoms.calc = self.calculator
        forces, stress = atoms.get_forces(), atoms.get_stress()
        self.assertGreater(abs(forces).max(), 0.5)
        atoms.calc = FiniteDifferenceCalculator(self.calculator)
        np.testing.assert_allclose(atoms.get_forces(), forces, atol=2e-7)
        np.testing.assert_allclose(atoms.get_stress(), stress, atol=1e-8)
        atoms.calc = self.calculator
        analytic, numeric = gradient_test(atoms, indices=[0, 3])
        np.testing.assert_allclose(analytic, forces[[0, 3]])
        self.assertEqual(numeric.shape, (2, 3))

    def test_what_ase_asks_of_a_calculator(self):
        atoms = alloy()
        atoms.calc = self.calculator
        energy = atoms.get_potential_energy()
        self.assertFalse(self.calculator.calculation_required(atoms, ["energy", "forces", "stress"]))
        self.assertTrue(self.calculator.calculation_required(atoms, ["gamma"]))
        self.assertEqual(atoms.get_potential_energy(force_consistent=True), energy)
        self.assertAlmostEqual(atoms.get_potential_energies().sum(), energy, delta=1e-10)
        atoms.positions[0] += 0.01
        self.assertNotEqual(atoms.get_potential_energy(), energy)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("one.traj", "one.extxyz", "one.db"):
                atoms.write(Path(folder, name))
                read = ase.io.read(Path(folder, name))
                np.testing.assert_allclose(read.get_forces(), atoms.get_forces(), atol=1e-7)
                np.testing.assert_allclose(read.get_stress(), atoms.get_stress(), atol=1e-8)

    def test_supercells_rotations_and_molecules(self):
        atoms = alloy()
        atoms.calc = self.calculator
        large = atoms * (2, 1, 2)
        large.calc = self.calculator
        self.assertAlmostEqual(large.get_potential_energy(), 4 * atoms.get_potential_energy(), delta=1e-9)
        forces = atoms.get_forces()
        turned = atoms.copy()
        turned.rotate(35, (1, 2, 3), rotate_cell=True)
        turned.calc = self.calculator
        lengths = np.linalg.norm(turned.get_forces(), axis=1)
        np.testing.assert_allclose(lengths, np.linalg.norm(forces, axis=1), atol=1e-10)
        pair = Atoms("AlNi", [[0, 0, 0], [0, 0, 2.4]], calculator=self.calculator)
        np.testing.assert_allclose(pair.get_forces().sum(axis=0), 0, atol=1e-12)
        with self.assertRaises(PropertyNotImplementedError):
            pair.get_stress()

    def test_relaxation_of_positions_and_cell(self):
        atoms = bulk("Al", "fcc", a=4.2, cubic=True)
        atoms.rattle(0.05, seed=4)
        atoms.calc = self.calculator
        with LBFGS(FrechetCellFilter(atoms), logfile=None) as search:
            self.assertTrue(search.run(fmax=0.01, steps=80))
        self.assertLess(abs(atoms.get_stress()).max(), 1e-3)

    def test_copies_and_pickles(self):
        atoms = alloy()
        energy = self.calculator.get_potential_energy(atoms)
        for twin in (copy.deepcopy(self.calculator), pickle.loads(pickle.dumps(self.calculator))):
            self.assertEqual(twin.get_potential_energy(atoms), energy)
        with self.assertRaisesRegex(mlip.Error, "Fit.save"):
            pickle.dumps(mlip.fit(labelled(2), {"Cu": 0.0}, **SMALL).potential())

    def test_yace_has_neither_grades_nor_error_bars(self):
        plain = mlip.ACECalculator(REFERENCE.with_suffix(".yace"))
        atoms = alloy()
        self.assertAlmostEqual(plain.get_potential_energy(atoms), self.calculator.get_potential_energy(atoms), delta=1e-9)
        self.assertNotIn("gamma", plain.implemented_properties)
        with self.assertRaises(PropertyNotImplementedError):
            plain.get_gamma(atoms)
        with self.assertRaisesRegex(mlip.Error, "no active set"):
            mlip.load(REFERENCE.with_suffix(".yace"), active_set=REFERENCE.with_suffix(".asi"))

    def test_others_run_meanwhile(self):
        """The GIL is free in heavy calls: another thread counts on."""
        atoms = alloy() * (4, 8, 8)
        ticks, stop = [], threading.Event()

        def tick():
            while not stop.wait(0.001):
                ticks.append(time.perf_counter())

        thread = threading.Thread(target=tick)
        thread.start()
        begin = time.perf_counter()
        self.calculator.get_property("gamma", atoms)
        end = time.perf_counter()
        stop.set()
        thread.join()
        inside = sum(begin + 0.1 * (end - begin) < t < end - 0.1 * (end - begin) for t in ticks)
        self.assertGreater(inside, 3, f"{inside} ticks in {end - begin:.2f} s")


class FitTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.train, cls.test = labelled(40), labelled(40, seed=1)
        cls.fit = mlip.fit(cls.train, {"Cu": 0.0}, **SMALL)

    def test_errors_are_small_and_are_what_the_calculator_gives(self):
        metrics = mlip.measure(self.fit, self.test)
        spread = np.std([a.get_potential_energy() / len(a) for a in self.test])
        self.assertLess(metrics.energy_rmse_mev_per_atom, 1000 * 0.15 * spread)
        calculator = mlip.ACECalculator(self.fit)
        residuals = np.concatenate([(calculator.get_forces(a) - a.get_forces()).ravel() for a in self.test])
        self.assertAlmostEqual(metrics.force_rmse_mev_per_a, 1000 * np.sqrt(np.mean(residuals**2)), places=6)
        stresses = [(calculator.get_stress(a) - a.get_stress()) * 160.21766208 for a in self.test]
        self.assertAlmostEqual(metrics.stress_rmse_gpa, np.sqrt(np.mean(np.square(stresses))), places=5)
        self.assertIn("40 structures", repr(metrics))

    def test_files_are_taken_as_atoms_are(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "train.extxyz")
            ase.io.write(file, self.train)
            again = mlip.fit(file, {"Cu": 0.0}, **SMALL)
        np.testing.assert_allclose(again.coefficients, self.fit.coefficients, atol=1e-5)

    def test_saved_files_give_the_same_numbers(self):
        atoms = self.test[0]
        wanted = ["energy", "gamma", "energy_deviation", "forces_deviation", "stress_deviation"]
        before = [mlip.ACECalculator(self.fit).get_property(name, atoms) for name in wanted]
        with tempfile.TemporaryDirectory() as folder:
            self.fit.save(folder)
            self.assertEqual(sorted(os.listdir(folder)), [f"potential.{end}" for end in ("asi", "committee", "yace", "yaml")])
            calculator = mlip.ACECalculator(folder)
            committee = np.load(Path(folder, "potential.committee"))
            self.assertEqual(committee["Cu"].shape, (_core.usual_members + 1, self.fit.functions))
            np.testing.assert_array_equal(committee["Cu"][0], self.fit.coefficients)
            twin = pickle.loads(pickle.dumps(calculator))
            self.assertEqual(twin.get_property("energy_deviation", atoms), before[2])
        for name, value in zip(wanted, before, strict=True):
            np.testing.assert_allclose(calculator.get_property(name, atoms), value, rtol=1e-9, atol=1e-12, err_msg=name)

    def test_error_bars_are_the_spread_of_the_members(self):
        atoms = self.test[1]
        potential = self.fit.potential(members=5, seed=3)
        calculator = mlip.ACECalculator(potential)
        with tempfile.TemporaryDirectory() as folder:
            self.fit.save(folder, members=5, seed=3)
            rows = np.load(Path(folder, "potential.committee"))["Cu"]
        # Energies of Cu crystals are linear in the coefficients where no atoms touch: the core is silent.
        found = potential.evaluate(mlip.atoms.to_structure(atoms), descriptors=True)
        projections = np.sum(found["descriptors"], axis=0)
        self.assertAlmostEqual(projections @ rows[0], found["energy"], delta=1e-8)
        spread = np.sqrt(np.mean(((rows[1:] - rows[0]) @ projections) ** 2))
        self.assertAlmostEqual(calculator.get_property("energy_deviation", atoms), spread, delta=1e-9 * max(1, spread))

    def test_error_bars_follow_the_errors(self):
        calculator = mlip.ACECalculator(self.fit)
        errors, bars = {}, {}
        for amplitude in (0.03, 0.1):
            frames = labelled(12, amplitude, seed=5)
            errors[amplitude] = np.sqrt(np.mean([np.mean((calculator.get_forces(a) - a.get_forces()) ** 2) for a in frames]))
            bars[amplitude] = np.sqrt(np.mean([np.mean(calculator.get_property("forces_deviation", a) ** 2) for a in frames]))
        self.assertGreater(bars[0.1], 2 * bars[0.03])
        for amplitude in errors:
            self.assertLess(abs(np.log(errors[amplitude] / bars[amplitude])), np.log(6), (errors, bars))

    def test_masks_weights_and_embedded_cells(self):
        masked = labelled(6)
        for atoms in masked:
            atoms.arrays["force_mask"] = np.array([1.0, 0, 1, 1])
            atoms.calc.results["forces"][1] = np.nan
            atoms.info["fit_energy_and_stress"] = False
        metrics = mlip.fit(masked, {"Cu": 0.0}, **SMALL).train
        self.assertEqual((metrics.force_components, metrics.stresses, metrics.energy_rmse_mev_per_atom), (54, 0, 0))
        heavy = labelled(2)
        heavy[0].info["weight"] = 3.0
        repeated = mlip.fit([heavy[0], heavy[0], heavy[0], heavy[1]], {"Cu": 0.0}, **SMALL)
        self.assertEqual(repeated.functions, mlip.fit(heavy, {"Cu": 0.0}, **SMALL).functions)

    def test_every_option_has_a_name(self):
        parameters = list(inspect.signature(mlip.fit).parameters)
        self.assertEqual(parameters[3:-1], _core.option_names())

    def test_voigt(self):
        self.assertEqual(to_matrix(np.arange(6)).tolist(), [[0, 5, 4], [5, 1, 3], [4, 3, 2]])
        np.testing.assert_array_equal(to_voigt(to_matrix(np.arange(6))), np.arange(6))


class ErrorTest(unittest.TestCase):
    def refused(self, message, remedy, call):
        with self.assertRaises(mlip.Error) as caught:
            call()
        self.assertIn(message, caught.exception.message)
        self.assertIn(remedy, caught.exception.remedy)
        self.assertIn(caught.exception.remedy, str(caught.exception))
        self.assertEqual(pickle.loads(pickle.dumps(caught.exception)).remedy, caught.exception.remedy)

    def test_messages_with_remedies(self):
        calculator = mlip.ACECalculator(REFERENCE.with_suffix(".yaml"))
        frames = labelled(2)
        flat = bulk("Al")
        flat.cell[:] = 0
        away = bulk("Al")
        away.positions[0, 0] = np.nan
        self.refused("nowhere.yaml", "", lambda: mlip.ACECalculator("nowhere.yaml"))
        self.refused("Cu", "", lambda: calculator.get_potential_energy(bulk("Cu")))
        self.refused("span no volume", "pbc", lambda: calculator.get_potential_energy(flat))
        self.refused("not finite", "made", lambda: calculator.get_potential_energy(away))
        self.refused("atomic number 0", "dummy", lambda: calculator.get_potential_energy(Atoms("X")))
        self.refused("isolated-atom energy of 'Cu'", "one atom alone", lambda: mlip.fit(frames, {}))
        self.refused("nothing to fit", "labels", lambda: mlip.fit([bulk("Cu")], {"Cu": 0.0}))
        self.refused("option 'cutoff' cannot be 'far'", "options", lambda: mlip.fit(frames, {"Cu": 0.0}, cutoff="far"))
        self.refused("no option 'cutof'", "cutoff", lambda: _core.fit(["Cu"], [], {"Cu": 0.0}, {"cutof": 3.0}))
        self.refused("committee of another potential", "one fit", self.load_with_the_committee_of_another)
        self.refused("mlip.db", "", mlip.Run("nowhere").records)

    def load_with_the_committee_of_another(self):
        with tempfile.TemporaryDirectory() as folder:
            mlip.fit(labelled(2), {"Cu": 0.0}, **SMALL).save(folder)
            mlip.load(REFERENCE.with_suffix(".yaml"), committee=Path(folder, "potential.committee"))

    def test_no_committee_no_error_bars(self):
        potential = mlip.load(REFERENCE.with_suffix(".yaml"))
        structure = mlip.atoms.to_structure(bulk("Al"))
        self.refused("no committee", "committee", lambda: potential.evaluate(structure, deviation=True))


def make_run(folder: Path, frames: list[Atoms]) -> None:
    """The database of a run: its candidates from mlip-auto, its labels (the last two frames) written by ASE."""
    ase.io.write(folder / "candidates.extxyz", [atoms.copy() for atoms in frames[:2]])
    subprocess.run([PROGRAM, "db", "import", folder, folder / "candidates.extxyz"], check=True, capture_output=True)
    keys = {"state": "labeled", "config_type": "strain", "level_of_theory": "emt"}
    with ase.db.connect(folder / "mlip.db") as database:
        database.write(frames[2], generation=0, holdout=1, **keys)
        database.write(frames[3], generation=1, data={"force_mask": [1.0, 0.0, 1.0, 1.0]}, **keys)


def publish(folder: Path, fit: mlip.Fit) -> None:
    """What a run that ended leaves beside its database, and in it."""
    fit.save(folder / "generations/001")
    fit.save(folder)
    with sqlite3.connect(folder / "mlip.db") as database:
        database.execute("INSERT INTO mlip_versions VALUES (1, 'h', '{\"holdout\": {}}', 'generations/001/potential.yace', "
                         "'generations/001/potential.yaml', 'generations/001/potential.asi')")
        database.execute("INSERT INTO mlip_properties VALUES (1, 'a', 'Å', 3.6, 3.61, 1)")
    (folder / "report.json").write_text('{"run": {"seed": 1}}')


class RunTest(unittest.TestCase):
    """A run's folder: its candidates from mlip-auto, its labels written by ASE."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.frames = labelled(4)
        make_run(self.folder, self.frames)

    def test_structures_and_labels(self):
        run = mlip.Run(self.folder)
        candidates, labels = run.structures("candidate"), run.structures()
        self.assertEqual([atoms.info["config_type"] for atoms in candidates], ["imported"] * 2)
        self.assertTrue(all(atoms.calc is None for atoms in candidates))
        np.testing.assert_allclose(candidates[1].positions, self.frames[1].positions, atol=1e-7)
        for given, read in zip(self.frames[2:], labels, strict=True):
            np.testing.assert_allclose(read.cell, given.cell, atol=1e-12)
            self.assertEqual(read.get_potential_energy(), given.get_potential_energy())
            np.testing.assert_allclose(read.get_forces(), given.get_forces(), atol=1e-12)
            np.testing.assert_allclose(read.get_stress(), given.get_stress(), atol=1e-12)
        self.assertEqual(labels[1].arrays["force_mask"].tolist(), [1, 0, 1, 1])
        self.assertEqual([atoms.info["generation"] for atoms in labels], [0, 1])
        self.assertEqual(len(run.structures(state=None)), 4)
        self.assertEqual(run.structures("failed"), [])
        held_out = run.structures(where=lambda record: record.holdout)
        self.assertEqual([atoms.info["id"] for atoms in held_out], [3])
        self.assertEqual(mlip.fit(labels, {"Cu": 0.0}, **SMALL).train.force_components, 21)

    def test_potentials_properties_and_report(self):
        publish(self.folder, mlip.fit(self.frames, {"Cu": 0.0}, **SMALL))
        run = mlip.Run(self.folder)
        (generation,) = run.generations()
        self.assertEqual((generation.number, generation.metrics), (1, {"holdout": {}}))
        energies = {c.get_potential_energy(self.frames[0]) for c in (generation.calculator(), run.calculator())}
        self.assertEqual(len(energies), 1)
        self.assertGreater(run.calculator().get_property("energy_deviation", self.frames[0]), 0)
        (found,) = run.properties()
        self.assertEqual((found.name, found.unit, found.value, found.reference), ("a", "Å", 3.6, 3.61))
        self.assertEqual(run.report(), {"run": {"seed": 1}})


class DocumentTest(unittest.TestCase):
    """The Python blocks of docs/python.md, one after the other."""

    def test_blocks(self):
        blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs/python.md").read_text(encoding="utf-8"), re.M | re.S)
        self.assertEqual(len(blocks), 3)
        frames = labelled(4, symbol="Al")
        with tempfile.TemporaryDirectory() as name, contextlib.chdir(name), contextlib.redirect_stdout(io.StringIO()):
            folder = Path("runs/aluminium")
            folder.mkdir(parents=True)
            make_run(folder, frames)
            publish(folder, mlip.fit(frames, {"Al": 0.0}, **SMALL))
            ase.io.write("train.extxyz", frames)
            ase.io.write("test.extxyz", frames[:2])
            names = {"atoms": frames[0].copy()}
            for block in blocks:
                exec(block, names)
            self.assertTrue(Path("potential/potential.committee").exists())


class TypesTest(unittest.TestCase):
    """_core.pyi names what the extension module has, no more and no less."""

    def test_declarations(self):
        tree = ast.parse((PACKAGE / "mlip_autopipe/_core.pyi").read_text())
        classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        present = {name for name in dir(_core) if not name.startswith("_")} - {"Error", "usual_members"}
        self.assertEqual(present, set(classes) | functions)
        for name, node in classes.items():
            said = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            has = {item for item in dir(getattr(_core, name)) if not item.startswith("_")}
            self.assertEqual({item for item in said if not item.startswith("_")}, has, name)
        self.assertTrue((PACKAGE / "mlip_autopipe/py.typed").exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=1)
