"""`plateward reader`: the roadside process."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.ground.stopping import stop_by
from plateward.ground.vault import passphrase as passphrases
from plateward.ground.vault.keyring import KeyRing
from plateward.ground.vault.locks import PassphraseMethod
from plateward.ground.wire.codec import require_utc
from plateward.ground.wire.state import RingSeal
from plateward.reader.alarm import MARKING, ReaderLog
from plateward.reader.alarms import Alarms
from plateward.reader.camera import Camera
from plateward.reader.camera_link import CameraLink
from plateward.reader.certificate import ReaderCertificate
from plateward.reader.enroll import HomeOption, PassphraseOption
from plateward.reader.errors import NotReady
from plateward.reader.faults import Faults
from plateward.reader.frames import Say
from plateward.reader.gps import GpsSource, Receiver, parse_gps
from plateward.reader.home import Enrollment, Home, explain_disk_errors
from plateward.reader.hub import Hub
from plateward.reader.last_place import LastPlace
from plateward.reader.mask import Masks, parse_mask
from plateward.reader.picture import PictureWatch
from plateward.reader.position import FixedPosition, Positions, parse_position
from plateward.reader.process import ReaderProcess
from plateward.reader.sender import Sender
from plateward.reader.shift import Shift
from plateward.reader.sources import open_source
from plateward.reader.stores import Stores
from plateward.reader.whereabouts import Whereabouts
from plateward.recognition import engines
from plateward.recognition.vehicle import VehicleModel

Hook = Callable[[ReaderProcess], None]  # called before the first frame
DRAIN = 30.0  # seconds that a finished folder or video waits for the hub

app = typer.Typer(add_completion=False)


@app.command()
def reader(
    source: Annotated[
        str,
        typer.Option(
            help="A folder of images, a video, a camera (0, /dev/video0), or an RTSP or HTTP URL.",
            show_default=False,
        ),
    ],
    home: HomeOption,
    camera: Annotated[
        str | None, typer.Option(help="The camera's name, as enrolled.", show_default="as enrolled")
    ] = None,
    position: Annotated[
        str | None,
        typer.Option(
            metavar="LAT,LON[,METERS[,HEADING]]",
            help="Where the reader is, its accuracy in meters, and which way its traffic goes in degrees.",
        ),
    ] = None,
    gps: Annotated[
        str | None,
        typer.Option(
            metavar="RECEIVER",
            help="Instead: gpsd, gpsd://HOST:PORT, nmea://HOST:PORT, or a serial device such as /dev/ttyUSB0@9600.",
        ),
    ] = None,
    camera_link: Annotated[
        str,
        typer.Option(
            metavar="INTERFACE|ADDRESS",
            help="The reader's own link, on which a network camera may send in clear.",
        ),
    ] = "",
    camera_certificate: Annotated[
        str,
        typer.Option(
            metavar="FILE|sha256:HEX",
            help="The authority of the camera's certificate, or its fingerprint, for rtsps:// and https://.",
        ),
    ] = "",
    every: Annotated[float, typer.Option(min=0, help="Minimum seconds between photographs.")] = 0,
    loop: Annotated[bool, typer.Option(help="Restart a folder or video when it ends.")] = False,
    mask: Annotated[
        list[str] | None,
        typer.Option(
            metavar="'X,Y X,Y X,Y…'",
            help="Corners, as shares of width and height, of an area to ignore. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="The recognition engine; for a wrong NAME the installed ones are listed."
        ),
    ] = engines.DEFAULT,
    vehicle_model: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The site's own ONNX network for make and model.")
    ] = None,
    screen: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=65535,
            metavar="PORT",
            help="For a vehicle: serve the officer's screen at https://localhost:PORT. Nothing is read until an "
            "officer logs in there.",
            show_default="no screen",
        ),
    ] = None,
    roads: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With a screen: the file of the roads, as the hub has it, to say which one the vehicle is on.",
            envvar="PLATEWARD_MAP_ROADS",
            show_default="towns only",
        ),
    ] = None,
    passphrase: PassphraseOption = None,
) -> None:
    """Photograph, read, match, sound alarms, sign, store, send. Stops at the end of a folder or video, or on Ctrl-C.

    Example: plateward reader --source 0 --home /var/lib/plateward-reader --position 35.0844,-106.6504
    """
    place = Home(home.absolute())
    whereabouts = _whereabouts(position, gps)
    masks = _masks(mask or [])
    _check_clock()
    vehicles = None if vehicle_model is None else VehicleModel(vehicle_model)
    with explain_disk_errors(place.path):
        ring, enrollment = place.open(passphrases.passphrase_source(passphrase))
    if camera not in (None, enrollment.camera):
        raise NotReady(f"This reader is enrolled for the camera '{enrollment.camera}', not for '{camera}'.")
    with explain_disk_errors(place.path):
        lock = place.lock()
    reads = engines.load_engine(
        engine, threads=max(1, (os.cpu_count() or 2) - 1)
    )  # leaves a core for decoding and sending
    link = CameraLink(camera_link, camera_certificate)
    with explain_disk_errors(place.path):
        certificate = ReaderCertificate(place, ring, enrollment)
    hub = partial(_hub, certificate, ring, enrollment)

    def read_on(log: ReaderLog, key: Callable[[str], bytes], stop: threading.Event, *hooks: Hook) -> None:
        """Read until the source ends or `stop`; what is stored opens with the keys that `key` gives."""
        frames = open_source(source, every, loop, stop, log.say, link)
        sealed: RingSeal = (
            "passphrase" if isinstance(ring.by, PassphraseMethod) else "tpm2" if ring.by else "none"
        )
        faults = Faults(log.say, frames.link if isinstance(frames, Camera) else "", sealed)
        with explain_disk_errors(place.path):
            stores = Stores.open(place, key, enrollment, log.say)
            last_place = LastPlace(place.last_place, key("spool"), log.say)
        alarms, shift = Alarms(stores, log), Shift(log.say)
        sender = Sender(hub(shift), stores, alarms, log.say, faults, certificate)
        log.say(f"{enrollment.name} reads for camera {enrollment.camera}. {MARKING}.")
        signal.signal(signal.SIGUSR1, lambda *_: sender.again())
        process = ReaderProcess(
            source=frames,
            engine=reads,
            positions=_positions(whereabouts, last_place, stop, log.say),
            camera=enrollment.camera,
            key=ring.signing("reader"),
            stores=stores,
            stored=sender.wake,
            log=log,
            alarms=alarms,
            stop=stop,
            picture=PictureWatch(fixed=screen is None and isinstance(whereabouts, FixedPosition)),
            masks=masks,
            vehicles=vehicles,
            shift=shift,
            faults=faults,
        )
        for hook in hooks:
            hook(process)
        sender.start()
        try:
            process.run()
            unsent = sender.drain(0 if stop.is_set() else DRAIN, stop)
        finally:
            sender.stop()
        remainder = f"Kept for the next start: {unsent}." if unsent else "The hub has them all."
        dropped = f" Dropped (OPR:50 6.a.ii.1): {process.dropped}." if process.dropped else ""
        log.say(f"Stopped. Reads taken: {process.reads}.{dropped} {remainder}")

    try:
        if screen is None:
            read_on(ReaderLog(), ring.key, _stop_on_signals())
        else:
            from plateward.reader.screen.shift import read_with_officers

            read_with_officers(place, ring, enrollment.name, hub(), screen, roads, read_on, _stop_on_signals)
    finally:
        lock.close()


def _hub(
    certificate: ReaderCertificate, ring: KeyRing, enrollment: Enrollment, shift: Shift | None = None
) -> Hub:
    key = ring.signing("reader")
    return Hub(enrollment.hub, enrollment.name, key, lambda: certificate.context, shift=shift)


def _whereabouts(position: str | None, gps: str | None) -> FixedPosition | GpsSource:
    """Where the position comes from, by exactly one of the two options."""
    problem: object = "A reader needs its location: give --gps RECEIVER or --position LAT,LON."
    try:
        if position is not None and gps is None:
            return parse_position(position)
        if gps is not None and position is None:
            return parse_gps(gps)
    except NotReady as error:
        problem = error
    raise _option_error(problem)


def _positions(
    source: FixedPosition | GpsSource, last: LastPlace, stop: threading.Event, say: Say
) -> Positions:
    """A receiver is listened to from now on."""
    if isinstance(source, FixedPosition):
        return source
    receiver = Receiver(source, Whereabouts(time.monotonic(), last.position, last.keep), stop, say)
    receiver.start()
    return receiver


def _masks(texts: list[str]) -> Masks:
    try:
        return Masks(tuple(parse_mask(text) for text in texts))
    except NotReady as error:
        raise _option_error(error) from error


def _option_error(problem: object) -> typer.Exit:
    """Exit 2, as for any wrong option."""
    print(f"plateward: {problem}", file=sys.stderr)
    return typer.Exit(2)


@enforces("5.i/record")
def _check_clock() -> None:
    """Refuse to start while the clock of a machine that lost power has not been set."""
    try:
        require_utc(clock.now(), "The clock of this machine")
    except ValueError as error:
        raise NotReady(f"{error}. Set it: each read records date and time (OPR:50 5.i).") from error


def _stop_on_signals(also: Callable[[], None] = lambda: None) -> threading.Event:
    """Ctrl-C, SIGTERM and a closed terminal end it cleanly, and do `also`; a second signal ends it at once."""
    ending = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means that it goes on
        ending.append(signal.SIGHUP)
    return stop_by(*ending, also=also, then=signal.SIG_DFL)
