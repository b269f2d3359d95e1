"""The simulator's XML, in NIEM's style. It is written and parsed by hand, and shares no names with the client."""

import re
from xml.sax.saxutils import escape, unescape

from plateward.simulators.ncic.records import Parts, SwitchQuestion

NAMES = {
    "ATN": "nc:DocumentAuthorText",
    "CON": "j:HitConfirmationStatusCode",
    "DOT": "j:CarrierUSDOTID",
    "DST": "nc:MessageDestinationID",
    "LIC": "nc:ConveyanceRegistrationPlateID",
    "LIS": "j:ConveyanceRegistrationPlateJurisdictionCode",
    "MKE": "j:NCICRecordCategoryText",
    "NIC": "j:NCICRecordID",
    "OCA": "nc:CaseTrackingID",
    "OOD": "j:OutOfServiceDate",
    "OOS": "j:OutOfServiceCode",
    "ORI": "j:RecordOwnerORIID",
    "PRI": "j:HitConfirmationPriorityCode",
    "RMK": "nc:RemarksText",
    "RNO": "j:HitConfirmationRequestNumber",
    "RTY": "j:HitConfirmationCategoryCode",
    "VCO": "j:ConveyanceColorPrimaryCode",
    "VMA": "j:VehicleMakeCode",
    "VMO": "j:VehicleModelCode",
    "VST": "j:VehicleStyleCode",
    "VYR": "nc:ItemModelYearDate",
}
OPENING = (
    '<m:Answer xmlns:m="urn:plateward:message-switch:1.0" '
    'xmlns:nc="http://release.niem.gov/niem/niem-core/5.0/" '
    'xmlns:j="http://release.niem.gov/niem/domains/jxdm/7.0/">'
)
ELEMENT = re.compile(r"<(?:\w+:)?(\w+)>([^<]*)</")


def understand(content: bytes) -> SwitchQuestion | None:
    """The question, or None if it is none. A client may choose its own prefixes; the names are unambiguous."""
    text = content.decode("utf-8", "replace")
    elements = {name: unescape(value) for name, value in ELEMENT.findall(text)}
    try:
        control, ori, key = (
            elements[name] for name in ("DocumentFileControlID", "OrganizationORIID", "DocumentCategoryText")
        )
    except KeyError:
        return None
    fields = {
        code: elements[bare] for code, name in NAMES.items() if (bare := name.partition(":")[2]) in elements
    }
    return SwitchQuestion(control, key, ori, elements.get("DocumentRecipientID", ""), fields)


def say(control: str, ori: str, parts: Parts) -> bytes:
    """An answer, each part in an element of its own."""
    lines = [
        OPENING,
        f"<nc:DocumentFileControlID>{control}</nc:DocumentFileControlID>",
        f"<j:OrganizationORIID>{ori}</j:OrganizationORIID>",
    ]
    for label, fields in parts:
        lines.append("<m:Part>")
        if label:
            lines.append(f"<nc:DocumentDescriptionText>{escape(label)}</nc:DocumentDescriptionText>")
        lines += [f"<{NAMES[key]}>{escape(value)}</{NAMES[key]}>" for key, value in fields.items()]
        lines.append("</m:Part>")
    return "\n".join([*lines, "</m:Answer>"]).encode("ascii")
