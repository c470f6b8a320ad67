"""Computes the readings of one step again, in float64 PyTorch, from what `gradstream audit` wrote of it.

Usage: audit.py FOLDER. Prints the largest relative error of each reading; exits with 1 if one is above 1e-3.
Knows the networks of `vgg`, `mlp` and `deepLinear` with batchNorm, l1Norm, l2Norm, lInfNorm or no normalization, and the
probes loss, accuracy, ics, gradient_steps, random_steps, norms, curvature.
"""

import json
import math
import re
import struct
import sys
from collections import defaultdict
from pathlib import Path

import torch
import torch.nn.functional as F

BOUND, EPSILON = 1e-3, 1e-5
TYPES = {"F32": torch.float32, "I32": torch.int32}


def read_safetensors(path):
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        flat = torch.frombuffer(bytearray(raw[start:end]), dtype=TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).to(torch.int64 if entry["dtype"] == "I32" else torch.float64)
    return tensors, metadata


def moments_norm(y, divisor):
    """(y - mean) over a statistic of the uncentred y, per channel; PAPER: section 3.3."""
    rows = y.reshape(-1, y.shape[-1])
    return (y - rows.mean(0)) / divisor(rows)


NORMS = {
    "batchNorm": lambda y: moments_norm(y, lambda r: (r.var(0, unbiased=False) + EPSILON).sqrt()),
    "l1Norm": lambda y: moments_norm(y, lambda r: r.abs().mean(0) + EPSILON),
    "l2Norm": lambda y: moments_norm(y, lambda r: (r.square().mean(0) + EPSILON).sqrt()),
    "lInfNorm": lambda y: moments_norm(y, lambda r: r.abs().amax(0) + EPSILON),
}


class Step:
    def __init__(self, folder):
        self.tensors, self.metadata = read_safetensors(folder / "step.safetensors")
        self.layers = json.loads(self.metadata["layers"])
        self.params, self.next, self.direction = map(self.group, ("params", "next", "random_direction"))
        self.learning_rate = float(self.metadata["learning_rate"])
        self.weight_decay = float(self.metadata["weight_decay"])
        self.grads = self.gradients(self.params)[1]

    def group(self, prefix):
        return {n[len(prefix) + 1 :]: t for n, t in self.tensors.items() if n.startswith(prefix + "/")}

    def intervene(self, layer, site, x):
        place = f"noise/layer{layer}/{site}"
        if place + "/scale" not in self.tensors:
            return x
        return self.tensors[place + "/scale"] * x + self.tensors[place + "/shift"]

    def forward(self, params):
        x = self.tensors["batch/examples"]
        for entry in self.layers:
            i, parts = entry["layer"], entry["parts"]
            own = lambda name: params.get(f"layer{i}/{name}")
            site = 0
            for part in parts:
                if part.startswith("conv"):
                    kernel = own("kernel")
                    x = F.conv2d(x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), own("bias"), padding="same")
                    x = self.intervene(i, "linear", x.permute(0, 2, 3, 1))
                elif part.startswith("dense"):
                    x = x.reshape(x.shape[0], -1) @ own("kernel")
                    x = x if own("bias") is None else x + own("bias")
                    x = self.intervene(i, "linear", x)
                elif part in NORMS:
                    x = NORMS[part](x) * own("scale") + own("shift")
                elif part in ("relu", "identity"):
                    x = self.intervene(i, "norm", x)
                    x = self.intervene(i, "output", x.relu() if part == "relu" else x)
                elif match := re.fullmatch(r"maxPool\((\d+)\)", part):
                    size = int(match[1])
                    x = F.max_pool2d(x.permute(0, 3, 1, 2), size, size).permute(0, 2, 3, 1)
                elif part == "flatten":
                    x = x.reshape(x.shape[0], -1)
                else:
                    sys.exit(f"audit.py: does not know the layer {part}")
                site += 1
            if not any(part in ("relu", "identity") for part in parts):
                x = self.intervene(i, "output", x)
        return x

    def loss(self, params):
        outputs = self.forward(params)
        if self.metadata["loss"] == "cross-entropy":
            return F.cross_entropy(outputs, self.tensors["batch/labels"]), outputs
        return 0.5 * (outputs - self.tensors["batch/targets"]).square().sum(), outputs

    def penalty(self, params):
        return self.weight_decay / 2 * sum(p.square().sum() for p in params.values())

    def gradients(self, params):
        """Data loss, and gradients of loss plus penalty."""
        leaves = {name: p.detach().clone().requires_grad_() for name, p in params.items()}
        loss, _ = self.loss(leaves)
        grads = torch.autograd.grad(loss + self.penalty(leaves), list(leaves.values()))
        return loss.item(), dict(zip(leaves, grads))


def norm(tensors):
    return math.sqrt(sum(t.square().sum().item() for t in tensors))


def dot(a, b):
    return sum((x * y).sum().item() for x, y in zip(a, b))


def layer_of(name):
    return int(name.split("/")[0][len("layer") :])


def readings_of(step, wanted):
    """(probe, stat, layer, distance) -> value, of all readings that `wanted` names."""
    found = {}
    probes = {probe for probe, *_ in wanted}
    with torch.no_grad():
        loss, outputs = step.loss(step.params)
        found["loss", "loss", None, None] = loss.item()
        found["loss", "penalized_loss", None, None] = (loss + step.penalty(step.params)).item()
        if "batch/labels" in step.tensors:
            hits = outputs.argmax(1) == step.tensors["batch/labels"]
            found["accuracy", "accuracy", None, None] = hits.double().mean().item()
    for probe, direction in (("gradient_steps", step.grads), ("random_steps", step.direction)):
        if probe in probes:
            found.update(walk(step, probe, direction, sorted({d for p, _, _, d in wanted if p == probe and d})))
    if "ics" in probes:
        for layer in sorted({layer for p, _, layer, _ in wanted if p == "ics"}):
            found.update(ics(step, layer))
    if "norms" in probes:
        found.update(norms(step))
    return found


def walk(step, probe, direction, distances):
    found, total = {}, norm(step.grads.values())
    for eta in distances:
        there = {name: p - eta * direction[name] for name, p in step.params.items()}
        loss, grads = step.gradients(there)
        difference = norm([grads[name] - step.grads[name] for name in grads])
        found[probe, "loss", None, eta] = loss
        found[probe, "penalized_loss", None, eta] = loss + float(step.penalty(there))
        found[probe, "gradient_difference", None, eta] = difference
        found[probe, "beta", None, eta] = difference / (eta * total)
    of = lambda stat: [value for (_, s, _, _), value in found.items() if s == stat]
    losses = of("penalized_loss") if step.weight_decay else of("loss")
    extremes = {
        "loss_min": min(losses),
        "loss_max": max(losses),
        "gradient_difference_min": min(of("gradient_difference")),
        "gradient_difference_max": max(of("gradient_difference")),
        "beta": max(of("beta")),
        "beta_distance": distances[of("beta").index(max(of("beta")))],
        "vanishing_gradient_beta": 1 / min(distances),
        "edge_of_stability_beta": 2 / step.learning_rate,
    }
    found.update({(probe, stat, None, None): value for stat, value in extremes.items()})
    return found


def ics(step, layer):
    """Definition 2.1: the kernel's gradient before and after the update of all layers below."""
    mixed = {n: (step.next if layer_of(n) < layer else step.params)[n] for n in step.params}
    kernel = f"layer{layer}/kernel"
    before, after = step.grads[kernel], step.gradients(mixed)[1][kernel]
    l2, total = norm([after - before]), norm([before])
    cosine = dot([before], [after]) / (total * norm([after]))
    longer = norm([after]) - total
    distance = (l2**2 - longer**2) / (2 * total * norm([after]))
    stats = {"l2": l2, "cosine": cosine, "normalized_l2": l2 / total, "cosine_distance": distance}
    return {("ics", stat, layer, None): value for stat, value in stats.items()}


def norms(step):
    found = {}
    for layer in [None, *(entry["layer"] for entry in step.layers)]:
        of = lambda values: [values[n] for n in step.params if layer is None or layer_of(n) == layer]
        moved = [b - a for a, b in zip(of(step.params), of(step.next))]
        for stat, tensors in (("gradient_norm", of(step.grads)), ("parameter_norm", of(step.params)), ("update_norm", moved)):
            found["norms", stat, layer, None] = norm(tensors)
        if layer is not None:
            old, new = (values[f"layer{layer}/kernel"] for values in (step.params, step.next))
            found["norms", "effective_learning_rate", layer, None] = step.learning_rate / norm([old]) ** 2
            across = norm([new - old * (dot([old], [new]) / norm([old]) ** 2)])
            found["norms", "angular_update", layer, None] = math.atan2(across, dot([old], [new]) / norm([old]))
    return found


def main():
    folder = Path(sys.argv[1])
    step = Step(folder)
    given = {}
    for r in json.loads((folder / "readings.json").read_text()):
        if r.get("unit") is None:
            given[r["probe"], r["stat"], r.get("layer"), r.get("distance")] = float(r["value"])
    found = readings_of(step, given)
    errors, unknown = defaultdict(float), set()
    for (probe, stat, layer, distance), value in given.items():
        exact = found.get((probe, stat, layer, distance))
        if exact is None:
            unknown.add(f"{probe} {stat}")
            continue
        # Cosines lie between -1 and 1: their errors are taken relative to 1. What is exactly zero has no relative error.
        scale = 1 if stat == "cosine" else abs(exact) or 1
        errors[probe, stat] = max(errors[probe, stat], abs(value - exact) / scale)
    saved = step.group("grads")
    errors["file", "gradients"] = max(norm([saved[n] - g]) / max(norm([g]), 1e-12) for n, g in step.grads.items())
    print(f"{step.metadata['experiment']} {step.metadata['arm']}, step {step.metadata['step']}, {step.metadata['backend']}")
    for (probe, stat), error in sorted(errors.items()):
        print(f"  {probe:15} {stat:24} {error:.1e}{'' if error <= BOUND else '  ABOVE THE BOUND'}")
    if unknown:
        print(f"  not computed here: {', '.join(sorted(unknown))}")
    worst = max(errors.values())
    print(f"largest relative error {worst:.1e}")
    sys.exit(worst > BOUND)


main()
