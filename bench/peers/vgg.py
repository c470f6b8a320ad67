"""Trains the VGG of gradstream's `vgg({ depth: 16, width, norm })` on random images, as a good PyTorch user would.

Usage: vgg.py THREADS WIDTH BATCH {plain|noise|measured|plainly-measured} {batchNorm|none}. Reads numbers of steps from
stdin, one a line; after each it trains so many steps and prints their milliseconds per step and the peak memory of the
process in MiB. `measured`: after every step also the internal covariate shift of all layers (Definition 2.1) and four
steps along the gradient, as audit.py defines them, with the weights swapped in place and only the gradients that are
asked for. `plainly-measured`: the same readings by a whole pass of a copy of the network for each, as is usually written.
"""

import copy
import resource
import sys
import time

import torch
from torch import nn

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
STAGES = [[1, 1], [2, 2], [4, 4, 4], [8, 8, 8], [8, 8, 8]]


class Noise(nn.Module):
    """Algorithm 1 of Santurkar et al. 2018, appendix A.2.1."""

    def forward(self, a):
        units = (1, a.shape[1]) + (1,) * (a.dim() - 2)
        mu = torch.empty(units).uniform_(-0.5, 0.5)
        sigma = torch.empty(units).uniform_(1, 1.25)
        m = mu + torch.empty_like(a).uniform_(-0.1, 0.1)
        s = sigma + 0.1 * torch.randn_like(a)
        return s * a + m


def vgg(width, norm, noisy):
    layers, channels = [], 3
    normalize = lambda kind, units: [kind(units)] if norm == "batchNorm" else []
    free = norm != "batchNorm"
    for stage in STAGES:
        for growth in stage:
            filters = width * growth
            layers.append(nn.Conv2d(channels, filters, 3, padding=1, bias=free))
            layers += normalize(nn.BatchNorm2d, filters)
            layers += [Noise()] if noisy else []
            layers += [nn.ReLU(inplace=True)]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    layers.append(nn.Flatten())
    for units in (8 * width, 8 * width):
        layers.append(nn.Linear(channels, units, bias=free))
        layers += normalize(nn.BatchNorm1d, units)
        layers += [Noise()] if noisy else []
        layers += [nn.ReLU(inplace=True)]
        channels = units
    return nn.Sequential(*layers, nn.Linear(channels, 10)).to(memory_format=torch.channels_last)


class Measured:
    """The readings of a step: weights are swapped in place, and only the gradients asked for are computed."""

    def __init__(self, network, loss_of):
        self.network, self.loss_of = network, loss_of
        self.params = list(network.parameters())
        self.layers = [[m.weight, *later] for m, later in self.blocks()]
        self.norms = [m for m in network if isinstance(m, NORMS)]

    def blocks(self):
        """Each linear map with the other parameters of its layer."""
        blocks = []
        for module in self.network:
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                blocks.append((module, [] if module.bias is None else [module.bias]))
            elif isinstance(module, NORMS):
                blocks[-1][1].extend([module.weight, module.bias])
        return blocks

    def __call__(self, x, y, old, new, grads, learning_rate):
        for norm in self.norms:
            norm.track_running_stats = False
        before = {p: g for p, g in zip(self.params, grads)}
        fresh = {p: n for p, n in zip(self.params, new)}
        self.put(old)
        readings = [self.ics(x, y, i, before) for i in self.rising(fresh)]
        total = torch.cat([g.flatten() for g in grads]).norm().item()
        for factor in (0.5, 1, 2, 4):
            distance = factor * learning_rate
            self.put([p - distance * g for p, g in zip(old, grads)])
            loss = self.loss_of(self.network(x), y)
            there = torch.autograd.grad(loss, self.params)
            difference = torch.cat([(a - b).flatten() for a, b in zip(there, grads)]).norm().item()
            readings.append((loss.item(), difference, difference / (distance * total)))
        self.put(new)
        for norm in self.norms:
            norm.track_running_stats = True
        return readings

    def rising(self, fresh):
        """The layers from the second up, each when all below it have been updated."""
        for i, layer in enumerate(self.layers[:-1]):
            with torch.no_grad():
                for p in layer:
                    p.copy_(fresh[p])
            yield i + 1

    def ics(self, x, y, i, before):
        weight = self.layers[i][0]
        for p in self.params:
            p.requires_grad_(p is weight)
        (after,) = torch.autograd.grad(self.loss_of(self.network(x), y), weight)
        for p in self.params:
            p.requires_grad_(True)
        g = before[weight]
        l2, cosine = (g - after).norm().item(), (g.flatten() @ after.flatten() / (g.norm() * after.norm())).item()
        return l2, cosine, l2 / g.norm().item()

    @torch.no_grad()
    def put(self, values):
        for p, value in zip(self.params, values):
            p.copy_(value)


class PlainlyMeasured:
    """The same readings as `Measured`, a whole forward and backward pass of a copied network for each."""

    def __init__(self, network, loss_of):
        self.network, self.loss_of = network, loss_of

    def __call__(self, x, y, old, new, grads, learning_rate):
        layers = Measured(self.network, self.loss_of).layers
        params = list(self.network.parameters())
        place = {p: i for i, p in enumerate(params)}
        values, readings = list(old), []
        for layer, above in zip(layers, layers[1:]):
            for p in layer:
                values[place[p]] = new[place[p]]
            i = place[above[0]]
            _, there = self.evaluate(x, y, values)
            g, after = grads[i], there[i]
            l2, cosine = (g - after).norm().item(), nn.functional.cosine_similarity(g.flatten(), after.flatten(), dim=0).item()
            readings.append((l2, cosine, l2 / g.norm().item()))
        total = torch.cat([g.flatten() for g in grads]).norm().item()
        for factor in (0.5, 1, 2, 4):
            distance = factor * learning_rate
            loss, there = self.evaluate(x, y, [p - distance * g for p, g in zip(old, grads)])
            difference = torch.cat([(a - b).flatten() for a, b in zip(there, grads)]).norm().item()
            readings.append((loss, difference, difference / (distance * total)))
        return readings

    def evaluate(self, x, y, values):
        """Loss and all gradients at other values."""
        network = copy.deepcopy(self.network)
        with torch.no_grad():
            for p, value in zip(network.parameters(), values):
                p.copy_(value)
        network.zero_grad()
        loss = self.loss_of(network(x), y)
        loss.backward()
        return loss.item(), [p.grad for p in network.parameters()]


MEASURES = {"measured": Measured, "plainly-measured": PlainlyMeasured}


def main():
    threads, width, batch = map(int, sys.argv[1:4])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    kind, norm = sys.argv[4:6]
    network = vgg(width, norm, kind == "noise")
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    loss_of = nn.CrossEntropyLoss()
    measured = MEASURES[kind](network, loss_of) if kind in MEASURES else None
    x = torch.randn(batch, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    y = torch.randint(0, 10, (batch,))
    for line in sys.stdin:
        steps = int(line)
        start = time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(network(x), y)
            loss.backward()
            if measured:
                old, grads = ([t.detach().clone() for t in ts] for ts in zip(*((p, p.grad) for p in network.parameters())))
            optimizer.step()
            loss.item()
            if measured:
                measured(x, y, old, [p.detach().clone() for p in network.parameters()], grads, 0.1)
        elapsed = (time.perf_counter() - start) * 1000 / steps
        print(elapsed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


main()
