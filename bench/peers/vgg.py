"""Trains the VGG of gradstream's `vgg({ depth: 16, width, norm: batchNorm })` on random images, as a good PyTorch user would.

Usage: vgg.py THREADS WIDTH BATCH {plain|noise}. Reads numbers of steps from stdin, one a line; after each it trains so
many steps and prints their milliseconds per step and the peak memory of the process in MiB.
"""

import resource
import sys
import time

import torch
from torch import nn

STAGES = [[1, 1], [2, 2], [4, 4, 4], [8, 8, 8], [8, 8, 8]]


class Noise(nn.Module):
    """Algorithm 1 of Santurkar et al. 2018, appendix A.2.1."""

    def forward(self, a):
        units = (1, a.shape[1], 1, 1)
        mu = torch.empty(units).uniform_(-0.5, 0.5)
        sigma = torch.empty(units).uniform_(1, 1.25)
        m = mu + torch.empty_like(a).uniform_(-0.1, 0.1)
        s = sigma + 0.1 * torch.randn_like(a)
        return s * a + m


def vgg(width, noisy):
    layers, channels = [], 3
    for stage in STAGES:
        for growth in stage:
            filters = width * growth
            layers += [nn.Conv2d(channels, filters, 3, padding=1, bias=False), nn.BatchNorm2d(filters)]
            layers += [Noise()] if noisy else []
            layers += [nn.ReLU(inplace=True)]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels, 10)).to(memory_format=torch.channels_last)


def main():
    threads, width, batch = map(int, sys.argv[1:4])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    network = vgg(width, sys.argv[4] == "noise")
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    loss_of = nn.CrossEntropyLoss()
    x = torch.randn(batch, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    y = torch.randint(0, 10, (batch,))
    for line in sys.stdin:
        steps = int(line)
        start = time.perf_counter()
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(network(x), y)
            loss.backward()
            optimizer.step()
            loss.item()
        elapsed = (time.perf_counter() - start) * 1000 / steps
        print(elapsed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


main()
