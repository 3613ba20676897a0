"""ASE calculators that misbehave on purpose, and a direct look at ASE's EMT."""
import os
import signal
import sys
import time

import numpy
from ase.calculators.calculator import Calculator, all_changes
from ase.calculators.emt import EMT


class Plain(Calculator):
    """A spring to the origin: energy and forces, no stress, no energies of atoms."""

    implemented_properties = ["energy", "forces"]

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        self.misbehave()
        self.results = {"energy": float((atoms.positions**2).sum()), "forces": -2 * atoms.positions}

    def misbehave(self):
        pass


class Sleeper(Plain):
    """Sleeps for ever; with a marker file only where that does not exist yet."""

    def __init__(self, marker=None):
        super().__init__()
        self.marker = marker

    def misbehave(self):
        if self.marker is None or not os.path.exists(self.marker):
            if self.marker:
                open(self.marker, "w").close()
            time.sleep(1000)


class Dying(Plain):
    def misbehave(self):
        print("the end is near", file=sys.stderr, flush=True)
        os._exit(7)


class KilledOnce(Plain):
    """Is killed in the middle of its first structure."""

    def __init__(self, marker):
        super().__init__()
        self.marker = marker

    def misbehave(self):
        if not os.path.exists(self.marker):
            open(self.marker, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)


class Chatty(Plain):
    """Prints to where the frames go, as libraries do."""

    def misbehave(self):
        print("MLIP loading weights " * 10, flush=True)
        os.system("echo and from a child process")


class Nonsense(Plain):
    """Writes into our pipe behind the worker's back."""

    def misbehave(self):
        os.write(max(int(name) for name in os.listdir("/proc/self/fd") if is_reply_pipe(name)), b"x" * 5000)


def is_reply_pipe(name):
    try:
        return os.readlink("/proc/self/fd/" + name).endswith("/replies")
    except OSError:
        return False


class NotFinite(Plain):
    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        self.results["forces"] = numpy.full((len(atoms), 3), numpy.nan)


class Numbered(Plain):
    """Its energy is the number of the process it runs in."""

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        time.sleep(0.05)
        self.results["energy"] = float(os.getpid())


def deaf_start():
    time.sleep(1000)


def reference(numbers, positions, cell):
    """Energy, forces, stress and energies of atoms by EMT, a number a line."""
    from ase import Atoms

    atoms = Atoms(numbers=numbers, positions=positions, cell=cell, pbc=True, calculator=EMT())
    values = [atoms.get_potential_energy(), *atoms.get_forces().ravel(), *atoms.get_stress(), *atoms.get_potential_energies()]
    print("\n".join(repr(float(value)) for value in values))


if __name__ == "__main__":
    import json

    reference(*json.load(sys.stdin))
