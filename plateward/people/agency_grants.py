"""For how long outside agencies may ask. A process keeps it as it compared it with the log (gate.py): while a grant, a
declaration or a revocation is altered or gone past the hub, no agency gets anything."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from plateward.core.audit.records.gate import Kept, Tables, aware, refusal_of
from plateward.ground.policy.decision import Refusal
from plateward.ground.policy.trace import enforces
from plateward.people.agency_terms import AgencyTerm

Terms = Mapping[str, Sequence[AgencyTerm]]  # by ORI, in the order of their grants


def _by_ori(tables: Tables) -> Terms:
    second = {name: {row[0]: row[1] for row in rows} for name, rows in tables.items()}  # by the first column
    terms = defaultdict[str, list[AgencyTerm]](list)
    for key, request, declaration, begins, ends in sorted(
        tables["people_agencygrant"], key=lambda row: row[0]
    ):
        agency = second["people_agencyrequest"].get(request)
        terms[second["people_agency"].get(agency, "")].append(
            AgencyTerm(
                begins=aware(begins),
                ends=aware(ends),
                declaration_ends=aware(second["people_declaration"].get(declaration)),
                revoked_at=aware(second["people_grantrevocation"].get(key)),
            )
        )
    return terms


KEPT = Kept(
    {
        "people_agency": "r.id, r.ori",
        "people_agencyrequest": "r.id, r.agency_id",
        "people_agencygrant": "r.id, r.request_id, r.declaration_id, r.begins, r.ends",
        "people_declaration": "r.id, r.ends",
        "people_grantrevocation": "r.grant_id, r.at",
    },
    _by_ori,
)


@enforces("6.b.i.9/records", "AU-9/found", "6.b.i.6/scope")
def terms_granted() -> tuple[Terms, Refusal | None]:
    """Of all agencies; why none may ask now, if a row of theirs is not as the log says."""
    terms, altered = KEPT.read()
    return terms, next((refusal_of(each.wrong) for each in altered), None)


def latest_term(terms: Sequence[AgencyTerm], moment: datetime, *, present: bool = True) -> AgencyTerm | None:
    """Of the latest grant, which replaced those before. `present`: the moment is now; revoked stays revoked, whatever
    the clock is set to."""
    begun = [term for term in terms if term.begins <= moment]
    if begun and present and begun[-1].revoked_at:
        return replace(begun[-1], revoked_at=min(begun[-1].revoked_at, moment))
    return begun[-1] if begun else None
