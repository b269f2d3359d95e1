"""The network that finds plates: its shape, its training on composed scenes, and its export to the product.

A U of plain 3 × 3 convolutions, which ONNX Runtime and a CPU's matrix units run faster than separable ones of the same
quality. `plateward.recognition.corners.decode` describes its output."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from plateward.recognition.corners import MEAN, SPREAD, STRIDE
from plateward_training import quantization
from plateward_training.scenes import Composer, Photos, Sheets, TrainingScene

SIDE = 384  # pixels of a training scene
BATCH = 16
RATE = 2e-3
WARM = 300  # steps until the full learning rate
KEEP = 0.999  # share of the running average that each step keeps
SAVE = 500  # steps between checkpoints
# Layers whose eight bits would move corners by two percent of a plate's width: the first, and those at the output.
UNQUANTIZED = ("/net/to8/to8.0/", "/net/to8/to8.1/", "/net/heat/", "/net/shape/")
WIDTHS = (16, 24, 48, 80, 112)  # channels at strides 2, 4, 8, 16 and 32


def _conv(channels: int, out: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    layers = (nn.Conv2d(channels, out, size, stride, size // 2, bias=False), nn.BatchNorm2d(out), nn.ReLU())
    return nn.Sequential(*layers)


class _Block(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _conv(channels, channels)
        self.second = _conv(channels, channels)[:2]

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class Finder(nn.Module):
    """Gray picture, n × 1 × height × width with sides in multiples of 32, to n × 10 × height / 8 × width / 8."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d, e = WIDTHS
        self.to8 = nn.Sequential(
            _conv(1, a, 3, 2), _conv(a, b, 3, 2), _conv(b, c, 3, 2), _Block(c), _Block(c)
        )
        self.to16 = nn.Sequential(_conv(c, d, 3, 2), _Block(d), _Block(d))
        self.to32 = nn.Sequential(_conv(d, e, 3, 2), _Block(e), _Block(e))
        self.to64 = nn.Sequential(_conv(e, e, 3, 2), _Block(e))
        self.up64, self.side32 = _conv(e, e, 1), _conv(e, e, 1)
        self.up32, self.side16 = _conv(e, d, 1), _conv(d, d, 1)
        self.up16, self.side8 = _conv(d, c, 1), _conv(c, c, 1)
        self.join16, self.join8 = _Block(d), _Block(c)
        self.heat = nn.Sequential(_conv(c, c), nn.Conv2d(c, 1, 1))
        self.shape = nn.Sequential(_conv(c, c), nn.Conv2d(c, 9, 1))
        nn.init.constant_(self.heat[1].bias, -4.6)  # plates are rare: start with a score of 1 %
        nn.init.constant_(self.shape[1].bias, 0)
        with torch.no_grad():
            self.shape[1].bias += torch.tensor((3.9, -0.5, -0.25, 0.5, -0.25, 0.5, 0.25, -0.5, 0.25))
            self.shape[1].weight *= 0.1

    def forward(self, x: Tensor) -> Tensor:
        at8 = self.to8(x)
        at16 = self.to16(at8)
        at32 = self.to32(at16)
        deep = _double(self.up64(self.to64(at32)))
        at32 = self.side32(at32) + deep[:, :, : at32.shape[2], : at32.shape[3]]  # for odd sides, too
        at16 = self.join16(self.side16(at16) + _double(self.up32(at32)))
        at8 = self.join8(self.side8(at8) + _double(self.up16(at16)))
        return torch.cat([self.heat(at8), self.shape(at8)], dim=1)


def _double(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def targets(scene: TrainingScene) -> NDArray[Any]:
    """The target output of the network: 13 × rows × columns.

    0 the score; 1 the logarithm of the width; 2–9 the corners in pixels from the cell's middle; 10 the weight of
    the score; 11 of the width; 12 of the corners."""
    cells = scene.image.shape[0] // STRIDE
    target = np.zeros((13, cells, cells), np.float32)
    target[10] = 1
    middles = (np.arange(cells, dtype=np.float32) + 0.5) * STRIDE
    for x, y, w, h in scene.doubtful:
        rows = (middles > y - STRIDE) & (middles < y + h + STRIDE)
        columns = (middles > x - STRIDE) & (middles < x + w + STRIDE)
        target[10][np.ix_(rows, columns)] = 0
    for x, y, w, h in scene.boxes:
        _mark(target, middles, (x + w / 2, y + h / 2), (w, h))
    for corners in scene.plates:
        sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
        size = ((sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2)
        near = _mark(target, middles, corners.mean(axis=0), size)
        grid = np.stack(np.meshgrid(middles, middles))  # x, y
        away = corners.reshape(8, 1, 1) - np.tile(grid, (4, 1, 1))
        target[2:10] = np.where(near, away, target[2:10])
        target[12][near] = 1
    return target


def _mark(
    target: NDArray[Any],
    middles: NDArray[Any],
    center: tuple[float, float],
    size: tuple[float, float],
) -> NDArray[np.bool_]:
    """Mark a plate as a bump around its center, with its width near there; returns the nearby cells."""
    across, down = (
        ((middles - at) / max(0.12 * side, 0.55 * STRIDE)) ** 2 for at, side in zip(center, size, strict=True)
    )
    bump = np.exp(-(across[None] + down[:, None]) / 2)
    cells = len(middles)
    column, row = (int(np.clip(at / STRIDE, 0, cells - 1)) for at in center)
    bump[row, column] = 1
    target[0] = np.maximum(target[0], bump)
    target[10][row, column] = 1
    near: NDArray[np.bool_] = bump > 0.4
    target[1][near] = np.log(size[0])
    target[11][near] = 1
    target[12][near] = 0
    return near


def loss(answer: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Loss of the scores (focal, as in CenterNet) and of the shapes (share of the plate's width)."""
    logits, score = answer[:, 0], target[:, 0]
    right = score == 1
    chance = logits.sigmoid()
    hit = -F.logsigmoid(logits) * (1 - chance) ** 2 * right
    miss = -F.logsigmoid(-logits) * chance**2 * (1 - score) ** 4 * target[:, 10]
    heat = (hit + miss).sum() / right.sum().clamp(min=1)
    width = target[:, 11] * (answer[:, 1] - target[:, 1]).abs()
    corners = answer[:, 2:] * answer[:, 1:2].clamp(max=8).exp()
    off = ((corners - target[:, 2:10]) / target[:, 1:2].exp()).abs().mean(1) * target[:, 12]
    shape = 0.3 * width.sum() / target[:, 11].sum().clamp(min=1) + 10 * off.sum() / target[:, 12].sum().clamp(
        min=1
    )
    return heat, shape


class _Lessons(Dataset[tuple[Tensor, Tensor]]):
    def __init__(self, composer: Composer, first: int, count: int) -> None:
        self._composer, self._first, self._count = composer, first, count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        scene = self._composer.scene(self._first + index)
        return _input(scene), torch.from_numpy(targets(scene))


def _input(scene: TrainingScene) -> Tensor:
    return torch.from_numpy((scene.image[None].astype(np.float32) - MEAN) / SPREAD)


def train(folder: Path, minutes: float | None, steps: int, seed: int, device: str, threads: int) -> None:
    """Train for `steps` steps, or `minutes` if that is less, from the last checkpoint in `folder` if there is one.

    `folder` contains `sheets/`, the rendered plates, and optionally a link `photos` to street photographs with
    `boxes.csv`. Leaves `finder.pt` there. `threads` compute, and as many processes compose scenes."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    net = Finder().to(device, memory_format=torch.channels_last)
    average = deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.02)
    file, step = folder / "finder.pt", 0
    if file.exists():
        saved = torch.load(file, map_location=device, weights_only=True)
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        step = saved["step"]
    lessons = _Lessons(composer(folder, seed), step * BATCH, max(0, steps - step) * BATCH)
    loader = DataLoader(lessons, BATCH, num_workers=threads, drop_last=True, persistent_workers=False)
    begun, first = time.monotonic(), step
    with _progress() as progress:
        task = progress.add_task("finder", total=steps, completed=step, loss="")
        sums = np.zeros(3)
        for pictures, target in loader:
            passed = (time.monotonic() - begun) / (minutes * 60) if minutes else 0.0
            done = max(step / steps, first / steps + passed * (1 - first / steps))
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = (
                    RATE * min(1, (step + 1) / WARM) * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)
                )
            with torch.autocast(device, torch.bfloat16):
                answer = net(pictures.to(device, memory_format=torch.channels_last))
            heat, shape = loss(answer.float(), target.to(device))
            optimizer.zero_grad()
            (heat + shape).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 10)
            optimizer.step()
            step += 1
            _follow(average, net, min(KEEP, step / (step + 10)))
            sums += heat.item(), shape.item(), 1
            if step % 100 == 0:
                text = f"score {sums[0] / sums[2]:.3f}, shape {sums[1] / sums[2]:.3f}"
                progress.update(task, completed=step, loss=text)
                if not progress.console.is_terminal:
                    progress.console.print(f"finder: step {step} of {steps}, {done:.0%}, loss: {text}")
                sums[:] = 0
            if step % SAVE == 0:
                _save(file, net, average, optimizer, step)
    _save(file, net, average, optimizer, step)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[loss]}"),
    )


def composer(folder: Path, seed: int, held_out: bool = False) -> Composer:
    """The scenes from the plates and photographs in `folder`; `held_out` ones are never trained on."""
    photos = folder / "photos"
    return Composer(
        Sheets(folder / "sheets"), Photos(photos, held_out) if photos.is_dir() else None, SIDE, seed
    )


@torch.no_grad()
def _follow(average: nn.Module, net: nn.Module, keep: float) -> None:
    for mean, value in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if mean.is_floating_point():
            mean.lerp_(value, 1 - keep)
        else:
            mean.copy_(value)


def _save(
    file: Path, net: nn.Module, average: nn.Module, optimizer: torch.optim.Optimizer, step: int
) -> None:
    state = {
        "net": net.state_dict(),
        "average": average.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
    }
    fresh = file.with_suffix(".new")
    torch.save(state, fresh)
    fresh.replace(file)


class _WithScores(nn.Module):
    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        answer = self.net(x)
        return torch.cat([answer[:, :1].sigmoid(), answer[:, 1:]], dim=1)


def blobs(scenes: Composer, count: int) -> Iterator[NDArray[np.float32]]:
    """Composed scenes as network input, to measure the ranges for eight bits."""
    for index in range(count):
        yield ((scenes.scene(index).image[None, None].astype(np.float32)) - MEAN) / SPREAD


def export(folder: Path, target: Path, samples: Iterable[NDArray[np.float32]]) -> None:
    """Write the averaged weights of `folder`'s checkpoint as ONNX, in eight bits except the first layers and the last;
    `samples` are blobs as from `blobs`."""
    net = Finder()
    net.load_state_dict(torch.load(folder / "finder.pt", map_location="cpu", weights_only=True)["average"])
    sides, whole = {2: "height", 3: "width"}, folder / "finder.onnx"
    torch.onnx.export(
        _WithScores(net).eval(),
        (torch.zeros(1, 1, 64, 64),),
        str(whole),
        dynamo=False,
        opset_version=quantization.OPSET,
        input_names=["image"],
        output_names=["answer"],
        dynamic_axes={"image": sides, "answer": sides},
    )
    quantization.quantize(onnx.load(str(whole)), target, samples, floating=UNQUANTIZED)
