"""Converts a MACE potential that mace_create_lammps_model exported into a file that mlip-auto runs by itself.

    mace_convert.py MODEL-lammps.pt OUT.mace ELEMENT ...

Needs numpy, neither torch nor mace: a TorchScript file is a zip archive of a pickle and of raw little-endian numbers, and
the pickle is read with a reader that builds numbers and names only and runs nothing of what it names.

A written file is: the line "MLIP-MACE 1", a line of JSON (what the model is, its sizes, the names and shapes of its tensors),
the tensors as float64, and the CRC-32 of all that.  What can be multiplied is multiplied: neighbouring linear maps, their
1/sqrt(inputs), the path weights sqrt(2l+1) of the couplings, the generalised Clebsch-Gordan coefficients of the symmetric
contractions with their weights.  Only what the chosen elements need is kept.
"""

import collections
import json
import os
import pickle
import struct
import sys
import zipfile
import zlib

import numpy

FIRST = {"RealAgnosticInteractionBlock", "RealAgnosticDensityInteractionBlock"}
RESIDUAL = {"RealAgnosticResidualInteractionBlock", "RealAgnosticDensityResidualInteractionBlock"}
KINDS = {"DoubleStorage": "<f8", "FloatStorage": "<f4", "LongStorage": "<i8", "IntStorage": "<i4", "BoolStorage": "?"}
SYMBOLS = """H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru
Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac
Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr""".split()


class Module:
    """A module of the model: its attributes, and the name of its class."""

    kind = ""

    def __setstate__(self, state):
        self.__dict__.update(state)

    def has(self, name):
        return name in self.__dict__

    def at(self, path):
        found = self
        for name in path.split("."):
            if not isinstance(found, Module) or not found.has(name):
                raise ValueError(f"the model has no {path}: it is none of the architectures that can be converted")
            found = found.__dict__[name]
        return found


class ArchiveReader(pickle.Unpickler):
    """Reads NAME.pkl and the numbers it refers to in the folder NAME."""

    def __init__(self, archive, name):
        self.archive = archive
        self.pickle = next((file for file in archive.namelist() if file.endswith(f"/{name}.pkl")), None)
        if self.pickle is None:
            raise ValueError("it is no TorchScript file")
        super().__init__(archive.open(self.pickle))

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return self.tensor
        if module == "torch.jit._pickle":  # containers and their types
            return lambda value, *_: value
        if module == "torch" and name in KINDS:
            return type(name, (), {})
        return type(name, (Module,), {"kind": name})

    def persistent_load(self, identifier):
        return identifier[1].__name__, identifier[2]  # kind of the storage, its key

    def tensor(self, storage, offset, shape, stride, *_):
        kind, key = storage
        stored = numpy.frombuffer(self.archive.read(f"{self.pickle[:-len('.pkl')]}/{key}"), KINDS[kind])
        steps = [step * stored.itemsize for step in stride]
        return numpy.lib.stride_tricks.as_strided(stored[offset:], shape, steps).copy()


def paths_of(inside, lmax_edge, lmax_out):
    """(l1, l2, l3) in the order of the radial network's outputs: by l3, then as they are met."""
    met = [(l1, l2, l3) for l1 in inside for l2 in range(lmax_edge + 1)
           for l3 in range(abs(l1 - l2), min(l1 + l2, lmax_out) + 1) if (l1 + l2 + l3) % 2 == 0]
    return sorted(met, key=lambda path: path[2])


class Converter:
    def __init__(self, file, elements):
        with zipfile.ZipFile(file) as archive:
            outer = ArchiveReader(archive, "data").load()
            constants = ArchiveReader(archive, "constants").load()
        self.model = outer.at("model")
        self.cutoff = float(outer.at("r_max"))
        known = [int(number) for number in outer.at("atomic_numbers")]
        self.known = len(known)
        for symbol in elements:
            if symbol not in SYMBOLS:
                raise ValueError(f"'{symbol}' is no element")
        self.numbers = sorted(SYMBOLS.index(symbol) + 1 for symbol in set(elements))
        for number in self.numbers:
            if number not in known:
                raise ValueError(f"the model does not know '{SYMBOLS[number - 1]}'")
        self.rows = [known.index(number) for number in self.numbers]
        self.silu_scale = float(constants[0])
        self.tensors = []
        self.check()

    def check(self):
        if self.model.kind not in ("MACE", "ScaleShiftMACE"):
            raise ValueError(f"a {self.model.kind} cannot be converted, only a MACE or ScaleShiftMACE")
        if self.model.at("atomic_energies_fn.atomic_energies").shape[0] != 1:
            raise ValueError("a model of several heads cannot be converted")
        for name in ("joint_embedding", "embedding_readout"):
            if self.model.has(name):
                raise ValueError(f"a model with a {name} cannot be converted")
        radial = self.model.at("radial_embedding")
        if radial.at("bessel_fn").kind != "BesselBasis" or (radial.has("apply_cutoff") and not radial.at("apply_cutoff")):
            raise ValueError("its radial functions are none that can be converted")
        if not 1.67 < self.silu_scale < 1.69:
            raise ValueError("its activation is not silu")

    def add(self, name, values):
        self.tensors.append((name, numpy.ascontiguousarray(values, dtype=numpy.float64)))

    def linear(self, path, inputs, outputs, count=1):
        """`count` matrices one after the other, each [inputs, outputs] where these are numbers."""
        weights = self.model.at(path + ".weight")
        if self.model.at(path).has("bias") and self.model.at(path + ".bias").size:
            raise ValueError(f"{path} has a bias")
        sizes = list(zip(inputs, outputs)) if isinstance(inputs, list) else [(inputs, outputs)] * count
        if weights.size != sum(a * b for a, b in sizes):
            raise ValueError(f"{path} has {weights.size} weights, not those of {sizes}")
        maps, start = [], 0
        for rows, columns in sizes:
            maps.append(weights[start:start + rows * columns].reshape(rows, columns) / numpy.sqrt(rows))
            start += rows * columns
        return maps

    def selected(self, path, lmax, outputs_lmax=None):
        """The matrices [element, channels, channels] of a product with the one-hot vector of the elements, each l."""
        k, n = self.channels, self.known
        weights = self.model.at(path + ".weight").reshape(-1, k, n, k)
        expected = min(lmax, lmax if outputs_lmax is None else outputs_lmax) + 1
        if len(weights) != expected:
            raise ValueError(f"{path} has maps of {len(weights)} angular momenta, not {expected}")
        return [block[:, self.rows, :].transpose(1, 0, 2) / numpy.sqrt(k * n) for block in weights]

    def radial(self, t, outputs):
        at, k = f"interactions.{t}.conv_tp_weights.layer{{}}", 0
        while self.model.at(f"interactions.{t}.conv_tp_weights").has(f"layer{k}"):
            weights = self.model.at(at.format(k) + ".weight")
            self.add(f"{t}.radial.{k}", weights / numpy.sqrt(weights.shape[0]))
            k += 1
        if self.tensors[-1][1].shape[1] != outputs:
            raise ValueError(f"the radial network of layer {t} has {self.tensors[-1][1].shape[1]} outputs, not {outputs}")
        if self.model.at(f"interactions.{t}").has("density_fn"):
            weights = self.model.at(f"interactions.{t}.density_fn.layer0.weight")
            self.add(f"{t}.density", weights[:, 0] / numpy.sqrt(len(weights)))
        return k

    def couplings(self, t, paths):
        for l1, l2, l3 in paths:
            shape = [2 * l1 + 1, 2 * l2 + 1, 2 * l3 + 1]
            if 0 in (l1, l2, l3):  # e3nn writes no tensor for these
                values = (numpy.eye(max(shape)) / numpy.sqrt(max(shape))).reshape(shape)
            else:
                values = self.model.at(f"interactions.{t}.conv_tp._compiled_main_left_right._w3j_{l1}_{l2}_{l3}")
            if f"coupling.{l1}.{l2}.{l3}" not in [name for name, _ in self.tensors]:
                self.add(f"coupling.{l1}.{l2}.{l3}", numpy.sqrt(2 * l3 + 1) * values)

    def mix(self, t, paths, lmax):
        """From the messages to what is contracted: [1 or element, inputs, channels] of each l."""
        block, k = self.model.at(f"interactions.{t}"), self.channels
        count = [sum(path[2] == l for path in paths) for l in range(lmax + 1)]
        maps = self.linear(f"interactions.{t}.linear", [n * k for n in count], [k] * (lmax + 1))
        density = "Density" in block.kind
        scale = 1.0 if density else 1.0 / float(block.at("avg_num_neighbors"))
        skip = self.selected(f"interactions.{t}.skip_tp", lmax) if block.kind in FIRST else [None] * (lmax + 1)
        for l in range(lmax + 1):
            product = scale * (maps[l][None] if skip[l] is None else maps[l] @ skip[l])
            self.add(f"{t}.mix.{l}", product)

    def polynomial(self, path, components):
        """Monomials of each component and their coefficients, [component][(indices): [element, channels]]."""
        block = self.model.at(path)
        order = 1
        while block.has(f"U_matrix_{order + 1}"):
            order += 1
        weights = {order: block.at("weights_max")}
        for k in range(order - 1):
            weights[order - 1 - k] = block.at(f"weights.{k}")
        result = [collections.defaultdict(lambda: 0) for _ in range(components)]
        for degree, weight in weights.items():
            if len(weight) != self.known:
                raise ValueError(f"{path} has weights of {len(weight)} elements, not {self.known}")
            tensor = block.at(f"U_matrix_{degree}")
            tensor = tensor.reshape(components, *tensor.shape[-degree - 1:])
            for m, *indices in zip(*numpy.nonzero(numpy.abs(tensor).max(-1) > 1e-10)):
                vector = tensor[(m, *indices)]
                result[m][tuple(sorted(int(i) for i in indices))] += numpy.einsum("k,zkc->zc", vector, weight[self.rows])
        return result

    def contraction(self, t, lmax_out):
        """Rows of monomials: component, first, second and third factor (-1: none), in the order they are evaluated."""
        monomials, coefficients = [], []
        for l in range(lmax_out + 1):
            found = self.polynomial(f"products.{t}.symmetric_contractions.contractions.{l}", 2 * l + 1)
            for m, of_component in enumerate(found):
                for indices in sorted(of_component):
                    if len(indices) > 3:
                        raise ValueError("a correlation order above 3 cannot be converted")
                    monomials.append([l * l + m, *indices, *[-1] * (3 - len(indices))])
                    coefficients.append(of_component[indices])
        self.add(f"{t}.monomials", monomials)
        self.add(f"{t}.coefficients", numpy.array(coefficients).transpose(1, 0, 2))
        for l, values in enumerate(self.linear(f"products.{t}.linear", self.channels, self.channels, lmax_out + 1)):
            self.add(f"{t}.mix_out.{l}", values)

    def sources(self, t, inside):
        if t > 0:
            for l, values in enumerate(self.linear(f"interactions.{t}.linear_up", self.channels, self.channels, len(inside))):
                self.add(f"{t}.mix_in.{l}", values)
            return
        self.add("0.sources", self.embedding[self.rows] @ self.linear("interactions.0.linear_up", self.channels, self.channels)[0])

    def self_connection(self, t, inside, lmax_out):
        if self.model.at(f"interactions.{t}").kind in FIRST:
            return
        maps = self.selected(f"interactions.{t}.skip_tp", len(inside) - 1, lmax_out)
        if t == 0:
            self.add("0.self", numpy.einsum("zk,zkc->zc", self.embedding[self.rows], maps[0]))
            return
        for l, values in enumerate(maps):
            self.add(f"{t}.self.{l}", values)

    def readout(self, t, last):
        kind = self.model.at(f"readouts.{t}").kind
        if kind != ("NonLinearReadoutBlock" if last else "LinearReadoutBlock"):
            raise ValueError(f"a {kind} as readout {t} cannot be converted")
        if not last:
            self.add(f"{t}.readout", self.linear(f"readouts.{t}.linear", self.channels, 1)[0][:, 0])
            return
        hidden = self.model.at(f"readouts.{t}.linear_2.weight").size
        self.add("hidden", self.linear(f"readouts.{t}.linear_1", self.channels, hidden)[0])
        self.add("readout", self.linear(f"readouts.{t}.linear_2", hidden, 1)[0][:, 0])

    def layer(self, t, count, inside):
        kind = self.model.at(f"interactions.{t}").kind
        if kind not in RESIDUAL and (t > 0 or kind not in FIRST):
            raise ValueError(f"a {kind} as layer {t} cannot be converted")
        size = self.model.at(f"products.{t}.linear.weight").size
        lmax_out = size // self.channels**2 - 1
        lmax = round((self.model.at(f"interactions.{t}.linear.output_mask").size / self.channels)**0.5) - 1
        lmax_edge = lmax
        paths = paths_of(inside, lmax_edge, lmax)
        networks = self.radial(t, len(paths) * self.channels)
        self.couplings(t, paths)
        self.sources(t, inside)
        self.mix(t, paths, lmax)
        self.contraction(t, lmax_out)
        self.self_connection(t, inside, lmax_out)
        self.readout(t, t == count - 1)
        return {"in": len(inside), "middle": lmax + 1, "out": lmax_out + 1, "paths": paths, "radial_layers": networks}

    def basis(self):
        radial = self.model.at("radial_embedding")
        self.add("bessel", radial.at("bessel_fn.bessel_weights"))
        header = {"power": int(radial.at("cutoff_fn.p")), "agnesi": None}
        radii = None
        if radial.has("distance_transform"):
            transform = radial.at("distance_transform")
            if transform.kind != "AgnesiTransform":
                raise ValueError(f"a {transform.kind} cannot be converted")
            header["agnesi"] = [float(transform.at(name)) for name in "apq"]
            radii = transform.at("covalent_radii")
        if self.model.has("pair_repulsion_fn"):
            repulsion = self.model.at("pair_repulsion_fn")
            radii = repulsion.at("covalent_radii")
            header["repulsion"] = {"power": int(repulsion.at("p")), "exponent": float(repulsion.at("a_exp")),
                                   "prefactor": float(repulsion.at("a_prefactor")),
                                   "coefficients": [float(c) for c in repulsion.at("c")]}
        self.add("radii", numpy.zeros(len(self.rows)) if radii is None else radii[self.numbers])
        return header

    def convert(self):
        """Fills `tensors` and returns the header without them."""
        embedding = self.model.at("node_embedding.linear.weight").reshape(self.known, -1)
        self.channels = embedding.shape[1]
        self.embedding = embedding / numpy.sqrt(self.known)
        self.add("energies", self.model.at("atomic_energies_fn.atomic_energies")[0, self.rows])
        shifted = self.model.has("scale_shift")
        header = {"cutoff": self.cutoff, "channels": self.channels, "numbers": self.numbers, "silu_scale": self.silu_scale,
                  "scale": float(self.model.at("scale_shift.scale").reshape(-1)[0]) if shifted else 1.0,
                  "shift": float(self.model.at("scale_shift.shift").reshape(-1)[0]) if shifted else 0.0, **self.basis()}
        inside, layers, count = [0], [], 0
        while self.model.at("interactions").has(str(count)):
            count += 1
        for t in range(count):
            layers.append(self.layer(t, count, inside))
            inside = list(range(layers[-1]["out"]))
        return {**header, "layers": layers}


def write(path, header, tensors):
    described = {**header, "tensors": [[name, list(values.shape)] for name, values in tensors]}
    content = b"MLIP-MACE 1\n" + json.dumps(described, separators=(",", ":")).encode() + b"\n"
    content += b"".join(values.astype("<f8").tobytes() for _, values in tensors)
    with open(path + ".part", "wb") as file:
        file.write(content + struct.pack("<I", zlib.crc32(content)))
    os.replace(path + ".part", path)


def main(model, out, *elements):
    if not elements:
        raise ValueError("name the elements that are needed, e.g. Fe Ni")
    with open(model, "rb") as file:
        checksum = zlib.crc32(file.read())
    converter = Converter(model, elements)
    header = converter.convert()
    name = os.path.basename(model).removesuffix(".pt").removesuffix("-lammps").removesuffix(".model")
    write(out, {"name": name, "version": f"converted from CRC-32 {checksum:08x}", **header}, converter.tensors)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (ArithmeticError, AttributeError, EOFError, LookupError, OSError, TypeError, ValueError, pickle.UnpicklingError,
            zipfile.BadZipFile, zlib.error) as error:
        sys.exit(f"{error}")
