"""Writes what the package sevenn 0.13.0 says of structures.extxyz: MODEL.json beside it, a structure an entry.

    pip install torch==2.13.0 sevenn==0.13.0
    python regenerate.py
"""

import json
from pathlib import Path

import ase.io
import torch
from sevenn.calculator import SevenNetCalculator

HERE = Path(__file__).parent
MODELS = {"sevennet-0": ("7net-0", None), "sevennet-l3i5": ("7net-l3i5", None),
          "sevennet-mf-0-pbe": ("7net-mf-0", "PBE"), "sevennet-mf-0-r2scan": ("7net-mf-0", "R2SCAN")}

torch.set_num_threads(1)
for name, (model, modal) in MODELS.items():
    calculator = SevenNetCalculator(model, modal=modal, device="cpu") if modal else SevenNetCalculator(model, device="cpu")
    answers = []
    for atoms in ase.io.read(HERE / "structures.extxyz", ":"):
        atoms.calc = calculator
        answers.append({"energy": float(atoms.get_potential_energy()),
                        "forces": [[round(float(x), 8) for x in force] for force in atoms.get_forces()],
                        "stress": [round(float(x), 10) for x in atoms.get_stress()]})
    lines = ",\n".join(json.dumps(answer) for answer in answers)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")
