"""Pacemaker's data sets (gzipped pandas pickles) from JSON and back; the other side is data_set.cpp.

write IN.json OUT.pckl.gzip | read IN.pckl.gzip OUT.json | probe (which modules can be imported)
"""

import contextlib
import importlib
import json
import math
import sys

CACHES = {"tp_atoms", "atomic_env", "ase_atoms"}
DERIVED = {"NUMBER_OF_ATOMS", "energy_corrected_per_atom", "pbc", "nn_min"}
TYPES = {"R": float, "I": int, "L": bool, "S": str}


def write(source, target):
    import numpy as np
    import pandas as pd
    from ase import Atoms

    rows = []
    with open(source) as file:
        frames = json.load(file)
    for frame in frames:
        atoms = Atoms(numbers=frame["numbers"], positions=np.array(frame["positions"], float).reshape(-1, 3),
                      cell=frame["cell"], pbc=frame["pbc"])
        atoms.info.update(frame["info"])
        for name, column in frame["arrays"].items():
            values = np.array(column["values"], TYPES[column["type"]])
            atoms.arrays[name] = values if column["width"] == 1 else values.reshape(-1, column["width"])
        row = {name: np.array(value, float) if isinstance(value, list) else value
               for name, value in frame["row"].items()}
        if "forces" in row:
            row["forces"] = row["forces"].reshape(-1, 3)
        rows.append({"ase_atoms": atoms, **row})
    pd.DataFrame(rows).to_pickle(target, compression="gzip", protocol=4)


def plain(value):
    """The value as JSON has it, or None where it has no place in extended XYZ."""
    import numpy as np

    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        items = [plain(item) for item in value]
        return None if any(item is None for item in items) else items
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return value if isinstance(value, (bool, int, str)) else None


def read_arrays(atoms):
    arrays = {}
    for name, values in atoms.arrays.items():
        kind = {"f": "R", "i": "I", "u": "I", "b": "L", "U": "S"}.get(values.dtype.kind)
        if name in ("numbers", "positions") or kind is None or not 1 <= values.ndim <= 2:
            continue
        arrays[name] = {"type": kind, "width": 1 if values.ndim == 1 else values.shape[1],
                        "values": plain(values.ravel())}
    return arrays


def absent(value):
    return value is None or isinstance(value, float) and math.isnan(value)


def read(source, target):
    import pandas as pd

    table = pd.read_pickle(source, compression="gzip")
    if "ase_atoms" not in getattr(table, "columns", ()):
        sys.exit("it is no data set of Pacemaker: there is no column 'ase_atoms'")
    frames = []
    for _, row in table.iterrows():
        atoms = row["ase_atoms"]
        frames.append({
            "numbers": plain(atoms.numbers), "positions": plain(atoms.positions),
            "cell": plain(atoms.cell.array), "pbc": plain(atoms.pbc), "arrays": read_arrays(atoms),
            "info": {str(key): plain(value) for key, value in atoms.info.items() if plain(value) is not None},
            "row": {str(name): plain(row[name]) for name in table.columns
                    if name not in CACHES | DERIVED and not absent(row[name]) and plain(row[name]) is not None},
        })
    with open(target, "w") as file:
        json.dump(frames, file)


def probe():
    found = {}
    for name in ("ase", "numpy", "pandas", "pyace", "tensorflow", "tensorpotential.compat.pace"):
        try:
            with contextlib.redirect_stdout(sys.stderr):
                module = importlib.import_module(name)
            found[name] = {"version": str(getattr(module, "__version__", ""))}
        except Exception as error:  # whatever a broken installation raises is what we report
            found[name] = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
    print(json.dumps(found))


if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    {"write": write, "read": read, "probe": probe}[command](*arguments)
