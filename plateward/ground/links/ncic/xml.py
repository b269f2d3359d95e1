"""The same questions and answers as XML in NIEM's style: each legacy field has a NIEM element. Pure.

Each state's switch chooses its elements; these are the common ones of NIEM Core and of the Justice domain. Document
types, entities and processing instructions are refused (defusedxml): nothing is fetched, nothing expands.
"""

from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from plateward.ground.links.ncic.messages import ID, ORI, Block, Garbled, Question, SwitchMessage

MAX_MESSAGE = 64 * 1024  # bytes: its names are longer than its values
MAX_BLOCKS = 200
MAX_FIELDS = 40
MAX_DEPTH = 4

NC = "http://release.niem.gov/niem/niem-core/5.0/"
J = "http://release.niem.gov/niem/domains/jxdm/7.0/"
SWITCH = "urn:plateward:message-switch:1.0"
QUESTION, ANSWER, BLOCK = f"{{{SWITCH}}}Question", f"{{{SWITCH}}}Answer", f"{{{SWITCH}}}Part"
CONTROL = f"{{{NC}}}DocumentFileControlID"
AGENCY = f"{{{J}}}OrganizationORIID"
KEY = f"{{{NC}}}DocumentCategoryText"
RECIPIENT = f"{{{NC}}}DocumentRecipientID"
FIELDS = {
    "ATN": f"{{{NC}}}DocumentAuthorText",
    "CON": f"{{{J}}}HitConfirmationStatusCode",
    "DOT": f"{{{J}}}CarrierUSDOTID",
    "DST": f"{{{NC}}}MessageDestinationID",
    "LIC": f"{{{NC}}}ConveyanceRegistrationPlateID",
    "LIS": f"{{{J}}}ConveyanceRegistrationPlateJurisdictionCode",
    "MKE": f"{{{J}}}NCICRecordCategoryText",
    "NIC": f"{{{J}}}NCICRecordID",
    "OCA": f"{{{NC}}}CaseTrackingID",
    "OOD": f"{{{J}}}OutOfServiceDate",
    "OOS": f"{{{J}}}OutOfServiceCode",
    "ORI": f"{{{J}}}RecordOwnerORIID",
    "PRI": f"{{{J}}}HitConfirmationPriorityCode",
    "RMK": f"{{{NC}}}RemarksText",
    "RNO": f"{{{J}}}HitConfirmationRequestNumber",
    "RTY": f"{{{J}}}HitConfirmationCategoryCode",
    "VCO": f"{{{J}}}ConveyanceColorPrimaryCode",
    "VMA": f"{{{J}}}VehicleMakeCode",
    "VMO": f"{{{J}}}VehicleModelCode",
    "VST": f"{{{J}}}VehicleStyleCode",
    "VYR": f"{{{NC}}}ItemModelYearDate",
}
CODES = {name: code for code, name in FIELDS.items()}
LABEL = f"{{{NC}}}DocumentDescriptionText"


def render(question: Question) -> bytes:
    """The question as sent, without its frame."""
    root = Element(QUESTION)
    _add(root, CONTROL, question.id)
    _add(root, AGENCY, question.ori)
    _add(root, KEY, question.key)
    if question.to:
        _add(root, RECIPIENT, question.to)
    for code, value in question.fields().items():
        _add(root, FIELDS[code], value)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _add(root: Element, name: str, value: str) -> None:
    SubElement(root, name).text = value


def read(message: bytes) -> SwitchMessage:
    """A message without its frame. Raises `Garbled`, and nothing else."""
    try:
        root = fromstring(message, forbid_dtd=True)
    except DefusedXmlException:
        raise Garbled("has a document type or entities, which are not allowed") from None
    except (ParseError, ValueError, LookupError, RecursionError):
        raise Garbled("is not XML") from None
    if root.tag != ANSWER or _depth(root) > MAX_DEPTH:
        raise Garbled("does not start like a response")
    id, ori = _text(root.findall(CONTROL)), _text(root.findall(AGENCY))
    blocks = root.findall(BLOCK)
    if not ID.fullmatch(id) or not ORI.fullmatch(ori) or len(blocks) > MAX_BLOCKS:
        raise Garbled("does not start like a response")
    return SwitchMessage(id, ori, tuple(_block(block) for block in blocks))


def _block(part: Element) -> Block:
    if len(part) > MAX_FIELDS:
        raise Garbled("has too many fields")
    names = [child.tag for child in part]
    if len(set(names)) != len(names):
        raise Garbled("has a field twice")
    # Unknown elements are ignored, as in the legacy text.
    fields = {CODES[child.tag]: _text([child]) for child in part if child.tag in CODES}
    return Block(_text(part.findall(LABEL)), fields)


def _text(elements: list[Element]) -> str:
    """The text of the single element, in ASCII capitals, as NCIC writes; "" if there is none."""
    if len(elements) > 1 or any(len(element) for element in elements):
        raise Garbled("has a field twice, or one within another")
    text = " ".join((elements[0].text or "").split()) if elements else ""
    if not text.isascii():
        raise Garbled("has bytes that are not text")
    return text


def _depth(root: Element) -> int:
    """The depth of its elements, without recursion, up to the limit."""
    level, depth = [root], 0
    while level and depth <= MAX_DEPTH:
        level, depth = [child for element in level for child in element], depth + 1
    return depth
