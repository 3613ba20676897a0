"""Serves one ASE calculator over pipes; the frames are described in worker_protocol.hpp.

argv: module:callable, JSON object of keyword arguments, folder whose modules are found too.
Requests come on descriptor 0, replies go to what was descriptor 1; whatever else prints goes to descriptor 2.
"""
import hashlib
import importlib
import importlib.metadata
import json
import os
import struct
import sys

VERSION = 1
HELLO, RESULT, FAILURE, COMPUTE = 1, 2, 3, 4
HAS_STRESS, HAS_ENERGIES = 1, 2

requests = os.fdopen(os.dup(0), "rb")
replies = os.fdopen(os.dup(1), "wb")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)


def send(kind, payload):
    replies.write(b"MLIP" + struct.pack("<II", kind, len(payload)) + payload)
    replies.flush()


def fail(error):
    text = " ".join(f"{type(error).__name__}: {error}".split())
    send(FAILURE, text.encode(errors="replace")[:60000])


def make_calculator(name, arguments):
    module, attributes = name.split(":", 1)
    made = importlib.import_module(module)
    for attribute in attributes.split("."):
        made = getattr(made, attribute)
    return made(**json.loads(arguments))


def checksum(file):
    with open(file, "rb") as content:
        return hashlib.md5(content.read()).hexdigest()


def version_of(module):
    """Of its package; the checksum of its file where that has none."""
    package = module.partition(".")[0]
    version = getattr(importlib.import_module(package), "__version__", None)
    if version is None:
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            version = checksum(importlib.import_module(module).__file__)
    return f"{package} {version}"


def files_among(argument):
    """Files whose content the numbers depend on: not those that calculators write, by ASE's names for them."""
    if isinstance(argument, dict):
        argument = [value for name, value in argument.items() if name not in ("label", "log", "logfile", "trajectory", "txt")]
    if isinstance(argument, list):
        return [file for item in argument for file in files_among(item)]
    return [argument] if isinstance(argument, str) and os.path.isfile(argument) else []


def versions(name, arguments):
    words = [version_of("ase")]
    module = name.split(":", 1)[0]
    if module.partition(".")[0] != "ase":
        words.append(version_of(module))
    words += [checksum(file) for file in files_among(json.loads(arguments))]
    return ", ".join(words)


def read_atoms(payload):
    import numpy
    from ase import Atoms

    atoms, periodic = struct.unpack_from("<II", payload)
    cell = numpy.frombuffer(payload, "<f8", 9, 8).reshape(3, 3)
    numbers = numpy.frombuffer(payload, "<i4", atoms, 80)
    positions = numpy.frombuffer(payload, "<f8", 3 * atoms, 80 + 4 * atoms).reshape(atoms, 3)
    return Atoms(numbers=numbers, positions=positions, cell=cell, pbc=[periodic >> axis & 1 for axis in range(3)])


def compute(calculator, payload):
    import numpy
    from ase.calculators.calculator import PropertyNotImplementedError

    atoms = read_atoms(payload)
    atoms.calc = calculator
    forces = atoms.get_forces()
    energy = atoms.get_potential_energy()
    results = getattr(calculator, "results", {})
    energy = results.get("free_energy", energy)
    flags, tail = 0, b""
    if atoms.cell.rank == 3 and any(atoms.pbc):
        try:
            tail += numpy.asarray(atoms.get_stress(voigt=True), "<f8").tobytes()
            flags |= HAS_STRESS
        except (PropertyNotImplementedError, NotImplementedError):
            pass
    energies = results.get("energies")
    if energies is not None and numpy.shape(energies) == (len(atoms),):
        tail += numpy.asarray(energies, "<f8").tobytes()
        flags |= HAS_ENERGIES
    head = struct.pack("<IId", len(atoms), flags, float(energy))
    send(RESULT, head + numpy.asarray(forces, "<f8").tobytes() + tail)


def serve(calculator):
    while len(head := requests.read(12)) == 12:
        magic, kind, length = struct.unpack("<4sII", head)
        payload = requests.read(length)
        if magic != b"MLIP" or kind != COMPUTE or len(payload) != length:
            sys.exit("a request could not be read")
        try:
            compute(calculator, payload)
        except Exception as error:
            fail(error)


def main():
    try:
        sys.path.append(sys.argv[3])
        calculator = make_calculator(sys.argv[1], sys.argv[2])
        text = versions(sys.argv[1], sys.argv[2])
    except Exception as error:
        fail(error)
        sys.exit(1)
    send(HELLO, struct.pack("<I", VERSION) + text.encode())
    serve(calculator)


main()
