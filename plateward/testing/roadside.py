"""A reader for tests: enrolled at the hub, with its own key, making signed reads and batches of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from uuid_utils.compat import uuid7

from plateward.field.fleet.models import Deployment, DeploymentDecision, Reader
from plateward.field.fleet.where import Basis
from plateward.ground import clock
from plateward.ground.wire import encode
from plateward.ground.wire.batch import Batch, Receipt, decode_receipt
from plateward.ground.wire.read import Position, Read, SignedRead, sign_read
from plateward.ground.wire.request import CERTIFICATE_KEY, LISTS_HEADER, sign_request
from plateward.people.models import Unit
from plateward.people.testing import on_the_log

# The shortest bytes that begin like a JPEG: intake never decodes an image.
JPEG = b"\xff\xd8\xff\xe0"


class _Devices(ClientHandler):
    """The device listener: its routes, without middleware. The settings stay unchanged, because two readers at once
    would each restore what the other had set."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002, for Django
        around: Any = self
        around._view_middleware = around._template_response_middleware = around._exception_middleware = []
        around._middleware_chain = convert_exception_to_response(around._get_response)

    def get_response(self, request: Any) -> Any:
        request.urlconf = "plateward.device_urls"
        return super().get_response(request)


def _devices(certificate: str) -> Client:
    """A request as the hub's door passes it on with this reader's certificate."""
    client = Client()
    client.defaults[CERTIFICATE_KEY] = certificate
    client.handler = _Devices(enforce_csrf_checks=False)
    return client


@dataclass(frozen=True)
class Photo:
    """A read with the bytes of its two images."""

    read: Read
    context: bytes
    plate: bytes


@dataclass(frozen=True)
class Roadside:
    """A reader without a camera."""

    name: str
    camera: str
    key: Ed25519PrivateKey

    def photo(
        self, plate: str = "ABC123", state: str | None = "NM", *, image: bytes = JPEG, **more: Any
    ) -> Photo:
        """A read of this plate, captured now; both its images are `image`, followed by the read's mark."""
        mark = uuid7().bytes
        context, crop = image + b"context" + mark, image + b"plate" + mark
        fields = {
            "id": uuid7(),
            "captured_at": clock.now(),
            "plate": plate,
            "state": state,
            "confidence": 0.97,
            "box": (600, 400, 120, 60),
            "position": Position(lat=35.0844, lon=-106.6504, accuracy_m=5.0, age_s=0.2),
            "camera": self.camera,
            "context_sha256": sha256(context).hexdigest(),
            "plate_sha256": sha256(crop).hexdigest(),
            "engine": "test",
        }
        return Photo(Read(**{**fields, **more}), context, crop)

    def signed(self, photo: Photo) -> SignedRead:
        """The read with this reader's signature."""
        return sign_read(self.key, photo.read)

    def batch(self, *photos: Photo) -> Batch:
        """A batch with all its images."""
        images = {
            sha256(image).hexdigest(): image for photo in photos for image in (photo.context, photo.plate)
        }
        return Batch(
            id=uuid7(), sent_at=clock.now(), reads=[self.signed(photo) for photo in photos], images=images
        )

    def post(
        self, body: bytes, *, late: timedelta = timedelta(0), certificate: str | None = None
    ) -> HttpResponse:
        """Send a body to the device listener as a signed request, as if `late` ago; `shown`: with another reader's
        certificate."""
        path = "/v1/batches"
        headers = sign_request(self.key, self.name, "POST", path, body, clock.now() - late)
        devices = _devices(self.name if certificate is None else certificate)
        answer = devices.post(path, data=body, content_type="application/msgpack", headers=headers)
        return cast(HttpResponse, answer)

    def tell(self, path: str, message: msgspec.Struct) -> HttpResponse:
        """A message of this reader's screen, to `/v1/login` or `/v1/screen`."""
        body = encode(message)
        headers = sign_request(self.key, self.name, "POST", path, body, clock.now())
        answer = _devices(self.name).post(
            path, data=body, content_type="application/msgpack", headers=headers
        )
        return cast(HttpResponse, answer)

    def ask_placement(self) -> HttpResponse:
        """Request where this reader may record."""
        path = "/v1/placement"
        headers = sign_request(self.key, self.name, "GET", path, b"", clock.now())
        return cast(HttpResponse, _devices(self.name).get(path, headers=headers))

    def ask(self, version: str = "", lists: Collection[int] = ()) -> HttpResponse:
        """Request the hot list, with that version of these lists at hand."""
        path = "/v1/hotlist"
        headers = sign_request(self.key, self.name, "GET", path, b"", clock.now())
        if version:
            headers |= {"If-None-Match": f'"{version}"', LISTS_HEADER: ",".join(map(str, lists))}
        return cast(HttpResponse, _devices(self.name).get(path, headers=headers))

    def send(self, *photos: Photo) -> Receipt:
        """Send reads, and return the hub's receipt."""
        answer = self.post(encode(self.batch(*photos)))
        assert answer.status_code == 200, answer.content
        return decode_receipt(answer.content)


def enroll_reader(name: str = "unit-12", camera: str = "Unit 12 rear", unit: Unit | None = None) -> Roadside:
    """A reader enrolled at the hub; its enrollment is not on the log, which tests count."""
    key = Ed25519PrivateKey.generate()
    with on_the_log():
        reader = Reader.objects.create(
            name=name,
            camera=camera,
            unit=unit,
            public_key=key.public_key().public_bytes_raw(),
            enrolled_at=clock.now(),
        )
        long_ago = clock.now() - timedelta(days=800)
        deployment = Deployment.objects.create(
            reader=reader,
            place="On patrol",
            basis=Basis.PUBLIC_VIEW,
            grounds="Public roads.",
            begins_at=long_ago,
        )
        DeploymentDecision.objects.create(deployment=deployment, at=long_ago, approved=True)
    return Roadside(name, camera, key)
