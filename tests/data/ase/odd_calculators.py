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
    """Sleeps for ever; with a log file only where that does not exist yet."""

    def __init__(self, log=None):
        super().__init__()
        self.log = log

    def misbehave(self):
        if self.log is None or not os.path.exists(self.log):
            if self.log:
                open(self.log, "w").close()
            time.sleep(1000)


class Filed(Plain):
    def __init__(self, model):
        super().__init__()


class Dying(Plain):
    def misbehave(self):
        print("the end is near", file=sys.stderr, flush=True)
        os._exit(7)


class KilledOnce(Plain):
    """Is killed in the middle of its first structure."""

    def __init__(self, log):
        super().__init__()
        self.log = log

    def misbehave(self):
        if not os.path.exists(self.log):
            open(self.log, "w").close()
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


class Stormy(Plain):
    """Does what the second coordinate of the first atom asks for; some of it once for each structure, the first coordinate."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder

    def once(self):
        marker = os.path.join(self.folder, str(round(self.atoms.positions[0][0])))
        if os.path.exists(marker):
            return False
        open(marker, "w").close()
        return True

    def misbehave(self):
        kind = round(self.atoms.positions[0][1])
        if kind == 1 and self.once():
            os._exit(3)
        if kind == 2 and self.once():
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == 3 and self.once():
            Nonsense.misbehave(self)
        if kind == 4 and self.once():
            time.sleep(1000)
        if kind == 5:
            os._exit(3)
        if kind == 6:
            raise RuntimeError("no convergence")


class Storm(Stormy):
    """Stormy where there is no room for arguments."""

    def __init__(self):
        super().__init__(os.environ["MLIP_STORM"])


class Slow(Plain):
    def misbehave(self):
        time.sleep(0.05)


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
