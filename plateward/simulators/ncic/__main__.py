"""The simulated switch as a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from plateward.simulators.ncic.records import NcicMode, RecordOnFile, Truck
from plateward.simulators.ncic.server import NcicSimulator, serve
from plateward.simulators.running import command_parser, run, watch_files


def _records(content: bytes) -> list[RecordOnFile]:
    return msgspec.json.decode(content, type=list[RecordOnFile])


def _trucks(content: bytes) -> list[Truck]:
    return msgspec.json.decode(content, type=list[Truck])


def main() -> None:
    parser = command_parser("plateward.simulators.ncic", "NCIC message switch", NcicMode, NcicMode.NORMAL)
    parser.add_argument("--records", type=Path, required=True, help="JSON list of plates on file")
    parser.add_argument("--trucks", type=Path, help="JSON list of commercial vehicles")
    given = parser.parse_args()

    @contextmanager
    def started() -> Iterator[NcicSimulator]:
        on_file = _records(given.records.read_bytes())
        vehicles = _trucks(given.trucks.read_bytes()) if given.trucks else []
        address = {"host": given.host, "port": given.port}
        with serve(on_file, given.cert, given.key, trucks=vehicles, mode=given.mode, **address) as switch:

            def records(content: bytes) -> None:
                switch.records = _records(content)

            def trucks(content: bytes) -> None:
                switch.trucks = _trucks(content)

            with watch_files({given.records: records} | ({given.trucks: trucks} if given.trucks else {})):
                yield switch

    run("NCIC", given, started)


if __name__ == "__main__":
    main()
