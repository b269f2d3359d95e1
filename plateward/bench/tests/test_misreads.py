"""The table of misreads, and the reads generated from it."""

from collections import Counter
from random import Random

import pytest

from plateward.bench.misreads import Misreader, load
from plateward.bench.traffic import HOME, Traffic
from plateward.ground.matching.normalize import fold, zeroed
from plateward.recognition.confidence import load_calibration as calibration


def test_the_table_is_of_this_recognizers_alarm() -> None:
    table = load()
    assert table.alarm == calibration().thresholds.alarm
    assert sum(band.reads for band in table.bands) > 10_000


def test_generated_reads_are_as_good_and_as_bad_as_the_table() -> None:
    random = Random(1)
    traffic, misreader = Traffic(random), Misreader(load(), random)
    vehicles = (traffic.passing() for _ in range(20_000))
    pairs = [(vehicle, misreader.read(vehicle.plate, vehicle.state)) for vehicle in vehicles]
    exact = sum(zeroed(read.text) == zeroed(vehicle.plate) for vehicle, read in pairs) / len(pairs)
    sure = [(vehicle, read) for vehicle, read in pairs if read.sure]
    wrong = sum(fold(read.text) != fold(vehicle.plate) for vehicle, read in sure) / len(sure)
    assert exact == pytest.approx(0.91, abs=0.03)
    assert len(sure) / len(pairs) == pytest.approx(0.75, abs=0.03)
    assert wrong < 0.02
    states = Counter(None if read.state is None else read.state == vehicle.state for vehicle, read in pairs)
    assert 0.1 < states[True] / len(pairs) < 0.4
    assert states[False] < 0.01 * len(pairs)
    lengths = Counter(len(read.text) - len(vehicle.plate) for vehicle, read in pairs)
    assert lengths[-1] > lengths[1] > 0
    assert all("".join(char.char for char in read.characters) == read.text for _, read in pairs)


def test_traffic_is_mostly_of_the_home_state_and_always_the_same() -> None:
    vehicles = [Traffic(Random(3)).passing() for _ in range(2)]
    assert vehicles[0] == vehicles[1]
    traffic = Traffic(Random(4))
    home = sum(traffic.passing().state == HOME for _ in range(5000)) / 5000
    assert home == pytest.approx(0.6, abs=0.03)
    assert {len(traffic.anywhere().plate) for _ in range(1000)} <= set(range(4, 9))
