"""Read a file of ours with ASE and compare it bit for bit with the numbers beside it.

Arguments: the extended XYZ file, and a file of little-endian doubles: of each frame the number of
atoms, cell, positions, forces, energy, stress (Voigt), magnetic moments.
"""

import sys

import ase.io
import numpy as np


def main(xyz: str, numbers: str) -> None:
    rest = np.fromfile(numbers, dtype="<f8")
    for atoms in ase.io.read(xyz, index=":", format="extxyz"):
        n = len(atoms)
        ours = np.concatenate([
            [n], atoms.cell.array.ravel(), atoms.positions.ravel(), atoms.get_forces().ravel(),
            [atoms.get_potential_energy()], atoms.get_stress(), atoms.get_magnetic_moments()])
        expected, rest = rest[:len(ours)], rest[len(ours):]
        assert ours.tobytes() == expected.tobytes(), (ours, expected)
        assert atoms.pbc.tolist() == [True, False, True]
        assert atoms.get_chemical_symbols() == ["Fe", "Ni", "Cu"][:n]
        check_info(atoms.info)
        assert atoms.arrays["label"].tolist() == ["a", "b=c", "d"][:n]
        assert atoms.arrays["mask"].tolist() == [True, False, True][:n]
        assert atoms.arrays["id"].tolist() == [7, -8, 9][:n]
    assert len(rest) == 0


def check_info(info: dict) -> None:
    expected = {
        "flag": True, "count": -5, "whole": 3.0, "word": "bulk", "words": "two words",
        "digits": "123", "letter": "T", "empty": "", "quoted": 'say "hi" \\ [x] {y} it\'s',
        "lines": "a\nb", "nested": [[1, 2], [3, 4]], "reals": [0.1, 2.0], "integers": [1, 2, 3],
        "single": [4.5], "texts": ["x y", "z"]}
    for key, value in expected.items():
        have = info[key]
        if isinstance(have, np.ndarray):
            have = have.tolist()
        if isinstance(have, np.generic):
            have = have.item()
        assert have == value and type(have) is type(value), (key, have, value)


main(*sys.argv[1:])
