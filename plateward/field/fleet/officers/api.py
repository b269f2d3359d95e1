"""What a reader's screen asks of the hub: to check a log-in, for a code, and to take its report."""

from datetime import timedelta

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from plateward.field.fleet.devices import MSGPACK, device_view, error_response, reader_actor
from plateward.field.fleet.models import Reader
from plateward.field.fleet.officers import actions
from plateward.ground import clock
from plateward.ground.policy.decision import Refused
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.keyring import derive_key
from plateward.ground.wire import WireError, encode
from plateward.ground.wire.officer import (
    LogInAnswer,
    LogInCode,
    Officer,
    ScreenAnswer,
    decode_login,
    decode_report,
    decode_take_code,
)
from plateward.people.http import page_address
from plateward.people.models import Person
from plateward.people.purpose.rules import purposes_for
from plateward.people.sign_in.at_reader import log_in

SHIFT = timedelta(hours=12)  # how long a log-in, and what the reader keeps of it, is good
CODE_PAGE = "/reader/"  # the device listener knows no pages


@device_view("POST")
@enforces("6.e.i/vehicle", "6.a.i.2/vehicle", "SC-28/reader")
def check_log_in(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Who this is, until when, and the key that opens what this reader stores. On the log before it is answered."""
    try:
        typed = decode_login(request.body)
    except WireError as error:
        return error_response(400, str(error))
    try:
        person = log_in(request, reader.name, typed.username, typed.password, typed.code)
    except Refused as refused:
        return _answer(LogInAnswer(refused=str(refused)[:500]))
    return _answer(_let_in(reader, person))


@device_view("POST")
@enforces("6.e.i/vehicle")
def give_code(request: HttpRequest, reader: Reader) -> HttpResponse:
    """A code for the screen to show, and the page on which somebody confirms it."""
    code, until = actions.give_code(reader_actor(reader, request), reader)
    return _answer(LogInCode(code, page_address(CODE_PAGE), until))


@device_view("POST")
@enforces("6.e.i/vehicle", "6.a.i.2/vehicle", "SC-28/reader")
def take_code(request: HttpRequest, reader: Reader) -> HttpResponse:
    """As `check_log_in`, for who confirmed the code; neither officer nor refusal while nobody has."""
    try:
        asked = decode_take_code(request.body)
        person = actions.take_code(reader_actor(reader, request), reader, asked.code)
    except WireError as error:
        return error_response(400, str(error))
    except Refused as refused:
        return _answer(LogInAnswer(refused=str(refused)[:500]))
    return _answer(_let_in(reader, person) if person else LogInAnswer())


def _let_in(reader: Reader, person: Person) -> LogInAnswer:
    now = clock.now()
    actions.take_place(reader, person, now)
    key = derive_key(settings.RING.key("reader data"), reader.name)
    purposes = purposes_for(person.permissions)
    return LogInAnswer(Officer(person.username, person.titled, now, now + SHIFT, key, purposes))


@device_view("POST")
@enforces("6.a.i.2/vehicle", "AU-2/logons")
def take_report(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The screen's report; the answer says whose log-in is over."""
    try:
        report = decode_report(request.body)
    except WireError as error:
        return error_response(400, str(error))
    return _answer(ScreenAnswer(actions.take_report(reader_actor(reader, request), reader, report)))


def _answer(message: msgspec.Struct) -> HttpResponse:
    return HttpResponse(encode(message), content_type=MSGPACK)
