"""The simulated switch as a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from plateward.simulators.ncic.records import NcicMode, RecordOnFile, Truck
from plateward.simulators.ncic.server import NcicSimulator
from plateward.simulators.running import command_parser, run, watch_files

RECORDS, TRUCKS = msgspec.json.Decoder(list[RecordOnFile]), msgspec.json.Decoder(list[Truck])


def main() -> None:
    parser = command_parser("plateward.simulators.ncic", "NCIC message switch", NcicMode)
    parser.add_argument("--records", type=Path, required=True, help="JSON list of plates on file")
    parser.add_argument("--trucks", type=Path, help="JSON list of commercial vehicles")
    options = parser.parse_args()

    @contextmanager
    def started() -> Iterator[NcicSimulator]:
        on_file = RECORDS.decode(options.records.read_bytes())
        vehicles = TRUCKS.decode(options.trucks.read_bytes()) if options.trucks else []
        place = {"host": options.host, "port": options.port, "mode": options.mode}
        with NcicSimulator(on_file, options.cert, options.key, trucks=vehicles, **place) as switch:

            def records(content: bytes) -> None:
                switch.records = RECORDS.decode(content)

            def trucks(content: bytes) -> None:
                switch.trucks = TRUCKS.decode(content)

            with watch_files(
                {options.records: records} | ({options.trucks: trucks} if options.trucks else {})
            ):
                yield switch

    run("NCIC", options, started)


if __name__ == "__main__":
    main()
