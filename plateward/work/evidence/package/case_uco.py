"""The package as CASE/UCO (caseontology.org), for the tools of other agencies and of the defense: files with their
hashes, who photographed what, where and when, and the investigation that they belong to."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from plateward.field.reads.store import StoredRead
from plateward.ground.policy.trace import enforces

CONTEXT = {
    "kb": "urn:plateward:",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


@enforces("6.a.iv/download")
def document(
    package: str, number: str, made_at: str, files: dict[str, tuple[int, str]], reads: Sequence[StoredRead]
) -> Node:
    """The whole graph. `files`: name in the bag → size and SHA-256 (hex)."""
    graph = Graph(package)
    nodes = [graph.file(name, size, digest) for name, (size, digest) in sorted(files.items())]
    nodes += graph.camera_nodes(reads)
    for stored in reads:
        nodes += graph.capture(stored)
    nodes += [
        {
            "@id": graph.id("investigation", number or package),
            "@type": "investigation:Investigation",
            "core:name": number or package,
            "investigation:investigationForm": "case",
            "core:object": [{"@id": graph.id("provenance", package)}],
        },
        {
            "@id": graph.id("provenance", package),
            "@type": "investigation:ProvenanceRecord",
            "core:description": f"Evidence package {package}: automated license plate reads and their records",
            "core:objectCreatedTime": _time(made_at),
            "core:object": [{"@id": graph.id("file", name)} for name in sorted(files)],
        },
    ]
    return {"@context": CONTEXT, "@graph": nodes}


class Graph:
    """The nodes of one package; the same thing has the same id."""

    def __init__(self, package: str) -> None:
        self._package = package

    def id(self, kind: str, name: str) -> str:
        return f"kb:{kind}-{uuid5(NAMESPACE_URL, f'urn:plateward:{self._package}/{kind}/{name}')}"

    def file(self, name: str, size: int, digest: str) -> Node:
        """A file with its size and hash."""
        image = name.endswith(".jpg")
        facets: list[Node] = [
            {
                "@id": self.id("file-facet", name),
                "@type": "observable:FileFacet",
                "observable:fileName": name.rsplit("/", 1)[-1],
                "observable:filePath": name,
                "observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(size)},
            },
            {
                "@id": self.id("content", name),
                "@type": "observable:ContentDataFacet",
                "observable:hash": [
                    {
                        "@id": self.id("hash", name),
                        "@type": "types:Hash",
                        "types:hashMethod": "SHA256",
                        "types:hashValue": {"@type": "xsd:hexBinary", "@value": digest.upper()},
                    }
                ],
            },
        ]
        return {
            "@id": self.id("file", name),
            "@type": "observable:RasterPicture" if image else "observable:File",
            "core:hasFacet": facets,
        }

    def camera_nodes(self, reads: Sequence[StoredRead]) -> Iterator[Node]:
        """The readers and cameras."""
        for reader, camera in sorted({(stored.reader, stored.read.camera) for stored in reads}):
            yield {
                "@id": self.id("camera", reader),
                "@type": "observable:Device",
                "core:name": f"Reader {reader}, camera {camera}",
            }

    def capture(self, stored: StoredRead) -> Iterator[Node]:
        """The act of photographing: by which camera, when, where, with which results."""
        read, folder = stored.read, f"data/reads/{stored.read.id}"
        act: Node = {
            "@id": self.id("capture", str(read.id)),
            "@type": "investigation:InvestigativeAction",
            "core:name": f"Read of {read.plate}{f' ({read.state})' if read.state else ''}, not verified by itself",
            "action:startTime": _time(read.captured_at.isoformat()),
            "action:instrument": [{"@id": self.id("camera", stored.reader)}],
            "action:result": [
                {"@id": self.id("file", f"{folder}/{name}")}
                for name in ("context.jpg", "plate.jpg", "read.signed")
            ],
        }
        if read.position:
            place = self.id("place", str(read.id))
            act["action:location"] = [{"@id": place}]
            yield {
                "@id": place,
                "@type": "location:Location",
                "core:hasFacet": [
                    {
                        "@id": self.id("coordinates", str(read.id)),
                        "@type": "location:LatLongCoordinatesFacet",
                        "location:latitude": _decimal(read.position.lat),
                        "location:longitude": _decimal(read.position.lon),
                    }
                ],
            }
        yield act


def _time(moment: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": moment}


def _decimal(value: float) -> Node:
    return {"@type": "xsd:decimal", "@value": f"{value:.6f}"}
