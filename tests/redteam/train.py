# SPDX-License-Identifier: ISC
"""A small network learns to read the graphic puzzle from the project's own generator, for so many seconds of CPU time.

train.py PUZZLES DIRECTORY SECONDS: PUZZLES is the built tests/e2e/puzzles. Tells how it fares on puzzles that it never saw, and at the end
"exact: K of N". What it is: convolutions over the picture at half its size, and the CTC loss.
"""

import os
import subprocess
import sys
import time

import torch
from torch import nn

WIDTH, HEIGHT = 150, 50
ALPHABET = "ACEFHJKLMNPRTUVWXY3479"
HELD_OUT, CHUNK, BATCH, TOLD_EVERY = 500, 2000, 32, 60
FIRST_TRAINED = 1_000_000  # seeds below are held out


def cpu():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def puzzles(first, n):
    """Fresh puzzles: pictures as bytes, answers as numbers from 1; 0 is CTC's blank."""
    subprocess.run([sys.argv[1], "graphic", str(first), str(n), sys.argv[2], "halved"], check=True)
    with open(os.path.join(sys.argv[2], "halved.gray"), "rb") as f:
        pictures = torch.frombuffer(bytearray(f.read()), dtype=torch.uint8).view(n, 1, HEIGHT, WIDTH)
    with open(os.path.join(sys.argv[2], "answers"), encoding="ascii") as f:
        answers = torch.tensor([[ALPHABET.index(c) + 1 for c in line.strip()] for line in f])
    return pictures, answers


def layer(inputs, outputs, kernel, pool=None, **more):
    layers = [nn.Conv2d(inputs, outputs, kernel, bias=False, **more), nn.BatchNorm2d(outputs), nn.ReLU()]
    return layers + ([nn.MaxPool2d(pool)] if pool else [])


class Reader(nn.Module):
    """Columns of an eighth of the picture's width, each told with what lies about it."""

    def __init__(self):
        super().__init__()
        self.look = nn.Sequential(
            *layer(1, 24, 5, stride=2, padding=2),
            *layer(24, 40, 3, pool=2, padding=1),
            *layer(40, 64, 3, pool=(2, 1), padding=1),
            *layer(64, 96, 3, pool=(2, 1), padding=1),
            *layer(96, 128, (3, 5), padding=(0, 2)),
            *layer(128, 128, (1, 5), padding=(0, 2)),
            nn.Conv2d(128, len(ALPHABET) + 1, 1),
        )

    def forward(self, pictures):
        seen = self.look((pictures.float() - 128) / 64)
        return seen.squeeze(2).permute(2, 0, 1).log_softmax(2)


def exact(reader, pictures, answers):
    reader.eval()
    right = 0
    with torch.no_grad():
        for i in range(0, len(pictures), 100):
            best = reader(pictures[i : i + 100]).argmax(2).t()
            for row, answer in zip(best, answers[i : i + 100]):
                read = torch.unique_consecutive(row)
                right += read[read > 0].tolist() == answer.tolist()
    reader.train()
    return right


def main():
    seconds = float(sys.argv[3])
    torch.manual_seed(1)
    torch.set_num_threads(1)
    held_out = puzzles(1, HELD_OUT)
    reader = Reader()
    print(f"{sum(p.numel() for p in reader.parameters())} parameters, {seconds:.0f} s of CPU time", flush=True)
    optimizer = torch.optim.Adam(reader.parameters(), lr=2e-3)
    loss_of = nn.CTCLoss(zero_infinity=True)
    start, told, seen = cpu(), 0.0, 0
    while cpu() - start < seconds:
        pictures, answers = puzzles(FIRST_TRAINED + seen, CHUNK)
        for i in range(0, CHUNK, BATCH):
            spent = (cpu() - start) / seconds
            if spent >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = 2e-3 * max(0.02, min(1.0, 2 * (1 - spent)))
            scores = reader(pictures[i : i + BATCH])
            target = answers[i : i + BATCH]
            loss = loss_of(scores, target, torch.full((len(target),), len(scores)), torch.full((len(target),), target.shape[1]))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 5)
            optimizer.step()
            seen += len(target)
        if cpu() - start - told >= TOLD_EVERY:
            told = cpu() - start
            print(f"{told:.0f} s, {seen} puzzles seen, loss {loss.item():.2f}: {exact(reader, *held_out)} of {HELD_OUT}", flush=True)
    right = exact(reader, *held_out)
    print(f"exact: {right} of {HELD_OUT}, {100 * right / HELD_OUT:.1f} %, after {seen} puzzles", flush=True)


main()
