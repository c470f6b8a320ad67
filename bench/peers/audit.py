"""Computes the readings of one step again, in float64 PyTorch, from what `gradstream audit` wrote of it.

Usage: audit.py FOLDER. Prints the largest relative error of each reading; exits with 1 if one is above 1e-3.
Where float32 and float64 differ by rounding, a ReLU may open on one side only, or a max-pool choose another of two equal
values; a gradient jumps there. When a value is off, decisions within NEAR of their kink are therefore tried the other
way, and how many had to be turned is printed.
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

BOUND = 1e-3
# Distance from a kink, in root mean squares of the layer's values, within which rounding may decide.
NEAR = 1e-5
CANDIDATES = 100
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
    "batchNorm": lambda y, epsilon: moments_norm(y, lambda r: (r.var(0, unbiased=False) + epsilon).sqrt()),
    "l1Norm": lambda y, epsilon: moments_norm(y, lambda r: r.abs().mean(0) + epsilon),
    "l2Norm": lambda y, epsilon: moments_norm(y, lambda r: (r.square().mean(0) + epsilon).sqrt()),
    "lInfNorm": lambda y, epsilon: moments_norm(y, lambda r: r.abs().amax(0) + epsilon),
}


class Decisions:
    """Which ReLUs open and what max-pools choose, but for those `turned`; `close` collects the ones near their kink."""

    def __init__(self, turned=frozenset()):
        self.turned, self.close, self.place = turned, {}, 0

    def turn(self, near, distance):
        """The mask of the turned decisions of the next place."""
        self.place += 1
        for index in near.flatten().nonzero().flatten().tolist():
            self.close[self.place, index] = distance.flatten()[index].item()
        mask = torch.zeros(near.numel(), dtype=torch.bool)
        for place, index in self.turned:
            if place == self.place:
                mask[index] = True
        return mask.reshape(near.shape)

    def relu(self, x):
        distance = x.detach().abs() / x.detach().square().mean().sqrt()
        return x * ((x > 0) ^ self.turn(distance < NEAR, distance))

    def max_pool(self, x, size):
        n, height, width, channels = x.shape
        windows = x.reshape(n, height // size, size, width // size, size, channels).permute(0, 1, 3, 5, 2, 4).flatten(-2)
        top, choice = windows.detach().topk(2)
        distance = (top[..., 0] - top[..., 1]) / x.detach().square().mean().sqrt()
        turned = self.turn((distance < NEAR) & (top[..., 0] > 0), distance)
        return windows.gather(-1, torch.where(turned, choice[..., 1], choice[..., 0])[..., None])[..., 0]


class Step:
    def __init__(self, folder):
        self.tensors, self.metadata = read_safetensors(folder / "step.safetensors")
        self.layers = json.loads(self.metadata["layers"])
        self.params, self.next, self.direction = map(self.group, ("params", "next", "random_direction"))
        if scoped := [name for name in self.params if name.count("/") > 1]:
            sys.exit(f"audit.py: does not know layers with two parts of one name: {', '.join(scoped)}")
        self.learning_rate = float(self.metadata["learning_rate"])
        self.weight_decay = float(self.metadata["weight_decay"])
        self.decays = json.loads(self.metadata["decays"])
        self.turned = 0
        saved = self.group("grads")
        # A gradient that is zero but for rounding, as of a shift that a normalization takes away again, has no digits.
        size = lambda g, grads: max(norm([g]), 1e-4 * norm(grads.values()))
        apart = lambda grads: max(norm([saved[n] - g]) / size(g, grads) for n, g in grads.items())
        _, self.grads, self.gradient_error = self.nearest(self.params, lambda _, grads: apart(grads))

    def group(self, prefix):
        return {n[len(prefix) + 1 :]: t for n, t in self.tensors.items() if n.startswith(prefix + "/")}

    def intervene(self, layer, site, x):
        place = f"noise/layer{layer}/{site}"
        if place + "/scale" not in self.tensors:
            return x
        return self.tensors[place + "/scale"] * x + self.tensors[place + "/shift"]

    def forward(self, params, decisions):
        x = self.tensors["batch/examples"]
        for entry in self.layers:
            i, parts = entry["layer"], entry["parts"]
            settings = {setting["name"]: setting for setting in entry["settings"]}
            own = lambda name: params.get(f"layer{i}/{name}")
            for part in parts:
                if part.startswith("conv"):
                    kernel = own("kernel")
                    x = F.conv2d(x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), own("bias"), padding="same")
                    x = self.intervene(i, "linear", x.permute(0, 2, 3, 1))
                elif part.startswith("dense"):
                    x = x @ own("kernel")
                    x = x if own("bias") is None else x + own("bias")
                    x = self.intervene(i, "linear", x)
                elif part in NORMS:
                    x = NORMS[part](x, settings[part]["epsilon"]) * own("scale") + own("shift")
                elif part in ("relu", "identity"):
                    x = self.intervene(i, "norm", x)
                    x = self.intervene(i, "output", decisions.relu(x) if part == "relu" else x)
                elif match := re.fullmatch(r"maxPool\((\d+)\)", part):
                    x = decisions.max_pool(x, int(match[1]))
                elif part == "flatten":
                    x = x.reshape(x.shape[0], -1)
                else:
                    sys.exit(f"audit.py: does not know the layer {part}")
            if not any(part in ("relu", "identity") for part in parts):
                x = self.intervene(i, "output", x)
        return x

    def loss(self, params, decisions):
        outputs = self.forward(params, decisions)
        if self.metadata["loss"] == "cross-entropy":
            return F.cross_entropy(outputs, self.tensors["batch/labels"]), outputs
        return 0.5 * (outputs - self.tensors["batch/targets"]).square().sum(), outputs

    def penalty(self, params):
        return self.weight_decay / 2 * sum(params[name].square().sum() for name in self.decays)

    def gradients(self, params, turned=frozenset()):
        """Data loss, gradients of loss plus penalty, and the decisions near their kink."""
        leaves = {name: p.detach().clone().requires_grad_() for name, p in params.items()}
        decisions = Decisions(turned)
        loss, _ = self.loss(leaves, decisions)
        grads = torch.autograd.grad(loss + self.penalty(leaves), list(leaves.values()))
        return loss.item(), dict(zip(leaves, grads)), decisions.close

    def nearest(self, params, error):
        """Loss, gradients and their error, turning close decisions one by one while that brings the error down."""
        turned = frozenset()
        loss, grads, close = self.gradients(params)
        least = error(loss, grads)
        # Exact ties come of equal inputs, and turning them changes little.
        candidates = sorted(close, key=lambda one: (close[one] < 1e-13, close[one]))[:CANDIDATES]
        while least > BOUND and candidates:
            tried = [(turned | {one}, *self.gradients(params, turned | {one})[:2]) for one in candidates]
            best = min(tried, key=lambda found: error(*found[1:]))
            if error(*best[1:]) >= least:
                break
            turned, loss, grads = best
            least = error(loss, grads)
            candidates = [one for one in candidates if one not in turned]
        self.turned += len(turned)
        return loss, grads, least


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
        loss, outputs = step.loss(step.params, Decisions())
        found["loss", "loss", None, None] = loss.item()
        penalty = step.penalty(step.params)
        found["loss", "penalty", None, None] = float(penalty)
        found["loss", "penalized_loss", None, None] = float(loss + penalty)
        if "batch/labels" in step.tensors:
            hits = outputs.argmax(1) == step.tensors["batch/labels"]
            found["accuracy", "accuracy", None, None] = hits.double().mean().item()
    for probe, direction in (("gradient_steps", step.grads), ("random_steps", step.direction)):
        if probe in probes:
            found.update(walk(step, probe, direction, wanted))
    if "ics" in probes:
        for layer in sorted({layer for p, _, layer, _ in wanted if p == "ics"}):
            found.update(ics(step, layer, wanted))
    if "norms" in probes:
        found.update(norms(step))
    return found


def walk(step, probe, direction, wanted):
    distances = sorted({d for p, _, _, d in wanted if p == probe and d})
    found, total = {}, norm(step.grads.values())
    away = lambda grads: norm([grads[name] - step.grads[name] for name in grads])
    for eta in distances:
        there = {name: p - eta * direction[name] for name, p in step.params.items()}
        given = wanted[probe, "gradient_difference", None, eta]
        loss, grads, _ = step.nearest(there, lambda _, grads: abs(away(grads) / given - 1))
        difference = away(grads)
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
        "edge_of_stability": 2 / step.learning_rate,
    }
    found.update({(probe, stat, None, None): value for stat, value in extremes.items()})
    return found


def ics(step, layer, wanted):
    """Definition 2.1: the kernel's gradient before and after the update of all layers below."""
    mixed = {n: (step.next if layer_of(n) < layer else step.params)[n] for n in step.params}
    kernel = f"layer{layer}/kernel"
    before = step.grads[kernel]
    total = norm([before])

    def stats(grads):
        after = grads[kernel]
        l2, size = norm([after - before]), norm([after])
        return {
            "l2": l2,
            "cosine": dot([before], [after]) / (total * size),
            "normalized_l2": l2 / total,
            "cosine_distance": (l2**2 - (size - total) ** 2) / (2 * total * size),
        }

    given = {stat: wanted["ics", stat, layer, None] for stat in ("l2", "cosine", "normalized_l2", "cosine_distance")}
    error = lambda _, grads: max(off(stat, given[stat], exact) for stat, exact in stats(grads).items())
    return {("ics", stat, layer, None): value for stat, value in stats(step.nearest(mixed, error)[1]).items()}


def off(stat, given, exact):
    """Relative error. Cosines lie between -1 and 1: theirs is relative to 1. What is exactly zero has none."""
    return abs(given - exact) / (1 if stat == "cosine" else abs(exact) or 1)


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
        errors[probe, stat] = max(errors[probe, stat], off(stat, value, exact))
    errors["file", "gradients"] = step.gradient_error
    print(f"{step.metadata['experiment']} {step.metadata['arm']}, step {step.metadata['step']}, {step.metadata['backend']}")
    for (probe, stat), error in sorted(errors.items()):
        print(f"  {probe:15} {stat:24} {error:.1e}{'' if error <= BOUND else '  ABOVE THE BOUND'}")
    if unknown:
        print(f"  not computed here: {', '.join(sorted(unknown))}")
    worst = max(errors.values())
    turned = f"; {step.turned} decisions at a kink turned as float32 had them" if step.turned else ""
    print(f"largest relative error {worst:.1e}{turned}")
    sys.exit(worst > BOUND)


main()
