"""Writes what the package sevenn 0.13.0 says of structures.extxyz: MODEL.json beside it, a structure an entry; and
sevennet-l3i5-float64.json, what the same package says of them when all of its arithmetic is float64.

    pip install torch==2.13.0 sevenn==0.13.0
    python regenerate.py
"""

import json
from pathlib import Path

import ase.io
import sevenn.util
import torch
from sevenn.calculator import SevenNetCalculator

HERE = Path(__file__).parent
MODELS = {"sevennet-0": ("7net-0", None), "sevennet-l3i5": ("7net-l3i5", None),
          "sevennet-mf-0-pbe": ("7net-mf-0", "PBE"), "sevennet-mf-0-r2scan": ("7net-mf-0", "R2SCAN")}


def write(name, calculator):
    answers = []
    for atoms in ase.io.read(HERE / "structures.extxyz", ":"):
        atoms.calc = calculator
        answers.append({"energy": float(atoms.get_potential_energy()),
                        "forces": [[round(float(x), 8) for x in force] for force in atoms.get_forces()],
                        "stress": [round(float(x), 10) for x in atoms.get_stress()]})
    lines = ",\n".join(json.dumps(answer) for answer in answers)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")


def in_double_precision(model):
    """The model, and the package around it, in float64: it has no such option, and says float32 in three places."""
    torch.set_default_dtype(torch.float64)
    correct, close = sevenn.util.dtype_correct, torch.allclose
    sevenn.util.dtype_correct = lambda value: correct(value, torch.float64)
    torch.Tensor.float = torch.Tensor.double
    torch.allclose = lambda a, b: close(a.double(), b.double())
    network = sevenn.util.load_checkpoint(model).build_model().double()
    calculator = SevenNetCalculator(network, file_type="model_instance", device="cpu")
    torch.allclose = close
    return calculator


torch.set_num_threads(1)
for name, (model, modal) in MODELS.items():
    write(name, SevenNetCalculator(model, modal=modal, device="cpu") if modal else SevenNetCalculator(model, device="cpu"))
write("sevennet-l3i5-float64", in_double_precision("7net-l3i5"))
