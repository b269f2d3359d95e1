"""The recognizer: the packaged PP-OCRv6 network, its head cut down to plate characters, trained on rendered plates."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from plateward.recognition.characters import HEIGHT, WIDTH, plate_face, raise_contrast
from plateward_training import camera, dequantization, interpret, negatives, plates, quantization

# Characters of a plate. O and 0 are one class: most dies cut them alike, and only the serial's form separates them.
CLASSES = "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
BLANK = 0
SHEETS, SHOTS = 30, 3  # plates per batch, and photographs of each
WIDTHS = (40.0, 240.0)  # pixels of a plate, small ones as often as large
NEGATIVES = 3  # plus this many panels and pieces of streets without plates
RATE, WARM = 2e-4, 60  # the highest learning rate, and the steps to reach it
AVERAGE_KEEP = 0.998  # share of the averaged weights that each step keeps


def starting_point(packaged: Path) -> onnx.ModelProto:
    """The packaged network with a head of len(CLASSES) + 1 classes, whose rows come from the old head."""
    return interpret.with_smaller_head(packaged, CLASSES)


def load_shipped(weights: Path) -> onnx.ModelProto:
    """The network that an earlier training left in `weights`, as a starting point."""
    return dequantization.dequantize(interpret.load(weights))


class Photographs(Dataset[tuple[NDArray[np.uint8], list[str]]]):
    """Batches of rendered photographs; batch i is always the same."""

    def __init__(self, streets: Path, seed: int, first: int, steps: int) -> None:
        self.streets, self.seed, self.first, self.steps = streets, seed, first, steps

    def __len__(self) -> int:
        return self.steps - self.first

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], list[str]]:
        return batch(np.random.default_rng([self.seed, self.first + index]), self.streets)


def batch(rng: np.random.Generator, streets: Path) -> tuple[NDArray[np.uint8], list[str]]:
    """Rectified photographs (n × HEIGHT × WIDTH × 3, BGR) and their serials, O as 0, empty without a plate."""
    crops, texts = [], []
    for _ in range(SHEETS):
        sheet = plates.render(rng, streets=streets)
        crops += [_photograph(rng, sheet.image) for _ in range(SHOTS)]
        texts += [sheet.text.replace("O", "0")] * SHOTS
    for _ in range(NEGATIVES):
        crops.append(_photograph(rng, negatives.panel(rng)))
        crops.append(raise_contrast(negatives.street(rng, streets, WIDTH, HEIGHT)))
        texts += ["", ""]
    return np.stack(crops), texts


def _photograph(rng: np.random.Generator, sheet: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The sheet photographed from anywhere, and cut out again as by a detector."""
    shot = camera.shoot(rng, sheet, math.exp(rng.uniform(*np.log(WIDTHS))))
    corners = camera.jitter_corners(rng, shot.corners, abs(float(rng.normal(0, 0.05))))
    return plate_face(shot.image, corners)


def _tensor(crops: NDArray[np.uint8], device: str) -> torch.Tensor:
    pictures = torch.from_numpy(crops).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
    return pictures.contiguous(memory_format=torch.channels_last)


def _loss(logits: torch.Tensor, texts: list[str]) -> torch.Tensor:
    steps = logits.shape[1]
    labels = torch.tensor([CLASSES.index(char) + 1 for text in texts for char in text], dtype=torch.long)
    lengths = torch.tensor([len(text) for text in texts])
    chances = functional.log_softmax(logits.float(), dim=2).transpose(0, 1)
    return functional.ctc_loss(
        chances.cpu(), labels, torch.full((len(texts),), steps), lengths, zero_infinity=True
    )


def train(
    folder: Path,
    beginning: onnx.ModelProto,
    streets: Path,
    steps: int,
    seed: int,
    device: str,
    threads: int,
    workers: int,
) -> None:
    """Train `beginning` for `steps` batches in all, going on from the checkpoint in `folder`; what it has counts.

    Leaves characters.pt (weights, their running average, the optimizer) and characters.log (a JSON line each 50
    steps: loss, rate, seconds) there."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    folder.mkdir(parents=True, exist_ok=True)
    network = interpret.Network(beginning, interpret.logits(beginning)).to(
        device, memory_format=torch.channels_last
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    average = {name: value.detach().clone() for name, value in network.named_parameters()}
    first, checkpoint = 0, folder / "characters.pt"
    if checkpoint.is_file():
        saved = torch.load(checkpoint, map_location=device)
        network.load_state_dict(saved["weights"])
        optimizer.load_state_dict(saved["optimizer"])
        average, first = saved["average"], saved["step"]
    photographs = Photographs(streets, seed, first, steps)
    loader = DataLoader(
        photographs, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None
    )
    since, losses = time.monotonic(), []
    with (
        (folder / "characters.log").open("a", encoding="utf-8") as log,
        Progress(*Progress.get_default_columns(), console=Console(stderr=True)) as progress,
    ):
        task = progress.add_task("Reading …", total=steps, completed=first)
        for step, (crops, texts) in enumerate(loader, first):
            for group in optimizer.param_groups:
                group["lr"] = rate(step, steps)
            with torch.autocast(device, torch.bfloat16):
                logits = network(_tensor(np.asarray(crops), device))
            loss = _loss(logits, texts)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 3.0)
            optimizer.step()
            keep = min(AVERAGE_KEEP, (1 + step) / (10 + step))
            with torch.no_grad():
                for name, value in network.named_parameters():
                    average[name].lerp_(value, 1 - keep)
            losses.append(loss.item())
            progress.update(task, completed=step + 1)
            if (step + 1) % 50 == 0 or step + 1 == steps:
                line = {"step": step + 1, "loss": float(np.mean(losses)), "seconds": time.monotonic() - since}
                print(json.dumps(line), file=log, flush=True)
                losses = []
            if (step + 1) % 250 == 0 or step + 1 == steps:
                weights, state = network.state_dict(), optimizer.state_dict()
                torch.save(
                    {"weights": weights, "optimizer": state, "average": average, "step": step + 1}, checkpoint
                )


def rate(step: int, steps: int) -> float:
    """The learning rate: rising over WARM steps, then falling along a cosine to a hundredth."""
    share = min(1.0, (step + 1) / WARM) * 0.5 * (1 + math.cos(math.pi * step / steps))
    return RATE * max(share, 0.01)


def blobs(streets: Path, seed: int, count: int) -> Iterator[NDArray[np.float32]]:
    """Photographs as network input, one at a time, to measure the ranges for eight bits."""
    for index in range(count):
        crops, _ = batch(np.random.default_rng([seed, index]), streets)
        for crop in crops[:: len(crops) // 8]:
            yield (crop.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(127.5)) - 1


def export(
    folder: Path, beginning: onnx.ModelProto, target: Path, samples: Iterable[NDArray[np.float32]]
) -> None:
    """Write the averaged weights of the checkpoint into the network's graph, in eight bits except the head; `samples`
    are blobs as from `blobs`."""
    saved: dict[str, Any] = torch.load(folder / "characters.pt", map_location="cpu")
    quantization.quantize(
        interpret.Network(beginning, interpret.logits(beginning)).written_back(saved["average"]),
        target,
        samples,
    )
