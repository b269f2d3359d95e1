"""What a reason must say, and what each refusal says back."""

import pytest

from plateward.policy.decision import Allow, Refusal
from plateward.reasons.rules import (
    MODEL,
    EarlierReason,
    Part,
    judge_reason,
    may_search_for,
)

GOOD = "Burglary of a tool shed on Alamo Rd Sunday night, neighbor saw this van leave at 0240"
pytestmark = pytest.mark.clause("6.e.vi")


@pytest.mark.parametrize(
    "reason",
    [
        GOOD,
        GOOD.upper(),
        "burglery on 4th st, nieghbor saw this truck leaving",
        "WM adult took tools from Lowe's on Lohman 1900 hrs, left in this gray Tahoe per LP",
        "Hit and run at St. Francis and Zia, witness saw this plate leave northbound",
        "2019 Ram stolen from a driveway on Alameda overnight, owner reported it with this plate",
        "Semi bypassed the Lordsburg scale at 0215, plate read by the inspector",
        "BOLO blk F150 shots fired 4th/Central, poss susp veh",
        "BOLO blk F 150 shots fired 4th/Central, poss susp veh",
        "stln trlr tkn fr FR 376, nbr's cam has slv Tacoma w/ this plt",
    ],
)
def test_a_reason_says_what_happened_and_why_this_plate(reason: str) -> None:
    assert judge_reason(reason).accepted, judge_reason(reason).why


@pytest.mark.parametrize(
    "reason",
    [
        "investigation",
        "invetsigation",
        "inv.",
        "ongoing investigation of a case",
        "police business",
        "official use only",
        "LE purposes",
        "lorem ipsum dolor sit amet",
        "n/a",
        "see report",
        "per sgt",
        "ask me",
        "1nv3st1g4t10n",
        "On 5/12 at 1400 hrs in Albuquerque I am conducting an official investigation regarding a vehicle of "
        "interest related to my case",
    ],
)
def test_it_refuses_a_generic_reason_however_it_is_spelt(reason: str) -> None:
    assert judge_reason(reason).missing[:1] == (Part.EVENT,)


@pytest.mark.parametrize(
    "reason",
    [
        "drug investigation",
        "missing child",
        "stolen vehicle",
        "burglary suspect vehicle",
        "homicide follow up",
        "suspicious vehicle in the area",
        "drug investigation in Las Cruces",
        "checking vehicle seen in the area of Central Ave",
        "armed robbery on 5/12 in Las Cruces, suspect vehicle",
        "BOLO gry Tahoe, poss susp veh, hom inv, SE ABQ",
        "ATL susp veh, burglary on 4th St 11/24",
        "BOLO gry Tahoe robbery ABQ",
        "BOLO white van theft Las Cruces tonight",
        "BOLO gry Tahoe hom Monday",
        "BOLO blu Ford DWI I-25",
        "ATL susp veh blk F150, burglary ABQ",
        "suspect vehicle: red Civic, theft, today",
        "be on the lookout for a white van, theft, tonight",
        "BOLO gry Tahoe, 2 prior homicide investigations, ABQ",
        "BOLO white van wanted for questioning robbery ABQ",
        "BOLO gry Tahoe poss robbery ABQ",
    ],
)
def test_a_topic_is_no_reason(reason: str) -> None:
    assert Part.TIE in judge_reason(reason).missing


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("", "It is empty."),
        (" \n\t ", "It is empty."),
        ("🚓🚓🚓", "It has a character “🚓”"),
        ("іnvestigation", "It has a character “і” (U+0456)"),
        (f"{GOOD}\u202e", "It has a character (U+202E)"),
        ("ｉｎｖ", "It has a character “ｉ”"),
        ("2026-004512", "It has no words."),
        ("???", "It has no words."),
        ("i n v e s t", "Its letters are spaced out."),
        ("i.n.v.e.s.t.", "Its letters are spaced out."),
        ("asdf asdf", "These are keys, not words."),
        ("qwertyuiop", "These are keys, not words."),
        ("aaaaaaa", "These are keys, not words."),
        ("investigation investigation investigation", "These are keys, not words."),
        ("a" * 1001, "It has more than 1,000 characters."),
        ("Burglary at 400 Pine on 5/12", "It names what happened, but not what ties this vehicle to it."),
        ("This Nissan belongs to a suspect in Clovis", "It does not say what happened."),
        ("Robbery suspect was in this car", "It could be many cases."),
        ("ongoing official investigation", "It fits any case."),
        (MODEL, "It is the example."),
    ],
)
def test_a_refusal_says_what_is_wrong(reason: str, why: str) -> None:
    judgment = judge_reason(reason)
    assert not judgment.accepted
    assert judgment.why.startswith(why)


@pytest.mark.parametrize(
    "asked",
    [
        "checking whether this vehicle was used in the burglary on Central 5/12",
        "want to see if a witness saw this van leave the burglary on 5/12",
    ],
)
def test_what_is_only_asked_ties_nothing(asked: str) -> None:
    assert not judge_reason(asked).accepted


@pytest.mark.parametrize(
    "reason",
    [
        "Attempting to locate the suspect of a stabbing on Lomas, he fled in this Kia",
        "Need last location: deputy was shot in Milan and the shooter left in this truck",
    ],
)
def test_a_question_ends_with_its_clause(reason: str) -> None:
    assert judge_reason(reason).accepted


@pytest.mark.parametrize(
    "terse",
    [
        "Struck a gas pump at the Pilot in Grants and left",
        "Subject w/ felony warrant out of Clovis drives this",
        "Online predator came to a house in Deming and drove off",
    ],
)
def test_the_vehicle_may_be_left_out(terse: str) -> None:
    assert judge_reason(terse).accepted, judge_reason(terse).why


def test_the_case_number_says_nothing() -> None:
    assert not judge_reason("Case 2026-004512", case_number="2026004512").accepted
    assert not judge_reason("Burglary 2026 004512, neighbor saw this", case_number="2026-004512").accepted
    assert judge_reason(f"2026-004512: {GOOD}", case_number="2026-004512").accepted


@pytest.mark.parametrize(
    "copy",
    [GOOD, GOOD.upper(), f"{GOOD}!!", GOOD.replace("neighbor", "nieghbor"), GOOD.replace("0240", "0250")],
)
def test_a_reason_of_another_case_is_not_pasted(copy: str) -> None:
    earlier = [EarlierReason(GOOD, "2026-004512")]
    refused = judge_reason(copy, case_number="2026-004513", earlier=earlier)
    assert (
        refused.why
        == "You gave this reason for 2026-004512. Say what happened in this case, and why this plate."
    )
    assert judge_reason(copy, case_number="2026 004512", earlier=earlier).accepted


@pytest.mark.clause("SB40.share", "SB40.use", "6.a.i.1")
@pytest.mark.parametrize(
    ("reason", "clause"),
    [
        ("ICE asked for help to find this vehicle in Gallup", "SB40.share"),
        ("Undocumented driver seen leaving in this van after a hit and run on 4th", "SB40.share"),
        ("Patient drove this car to an abortion clinic on 11/3", "SB40.share"),
        ("Cars parked at the protest on the plaza on 10/12", "SB40.share"),
        ("Driver goes to the mosque on Fridays in this Camry", "SB40.share"),
        ("Expired registration seen on this plate at 4th and Central", "SB40.use"),
        ("Theft of tools. Immigration enforcement wants the owner of this van", "SB40.share"),
        ("My ex-wife drove off in this car", "6.a.i.1"),
        ("exp reg, this veh seen on 4th St at 1400", "SB40.use"),
        ("reg exp, seen 4th St 1400", "SB40.use"),
        ("expd tags, this veh seen on 4th St at 1400", "SB40.use"),
        ("chk imm stat of M in this veh stolen from Lomas 0200", "SB40.share"),
        ("Border Patrol camera shows this van loading people near Animas at 0300", "SB40.share"),
        (
            "Brandished a sign at marchers in Roswell, organizer's livestream shows this Jeep's plate",
            "SB40.share",
        ),
        ("Stopped calves in Roy and a driver with no papers, this Ram", "SB40.share"),
        ("Tag out since May, the doorbell shows this van on 4th at 0300", "SB40.use"),
        ("prtst orgs, chk plts, bldg dmg Monday this veh", "SB40.share"),
    ],
)
def test_a_barred_ground_goes_to_the_administrator(reason: str, clause: str) -> None:
    decision = may_search_for(reason, case_number="2026-004512", earlier=())
    assert isinstance(decision, Refusal)
    assert (decision.clause, decision.field) == (clause, "reason")
    assert decision.help.endswith("It goes to the administrator.")


@pytest.mark.clause("SB40.share")
@pytest.mark.parametrize(
    "reason",
    [
        "Gun club meets at the library on Mondays, note the drivers",
        "She had surgery for her gender at the hospital, find her",
        "Crew of Honduran workers, where do they park",
    ],
)
def test_words_of_ordinary_cases_bar_a_reason_that_names_no_offense(reason: str) -> None:
    assert judge_reason(reason).barred


def test_the_topic_of_a_case_is_refused_with_help_and_not_barred() -> None:
    assert judge_reason("church burglary").missing
    assert judge_reason("robbery of a clinic patient").missing


@pytest.mark.parametrize(
    "request_",
    ["need to check this vehicle", "plate check", "running plates", "vehicle unknown", "need reads of it"],
)
def test_a_request_ties_no_vehicle_whatever_happened(request_: str) -> None:
    happened = "A woman was robbed of her purse outside a store in Belen and broke her wrist"
    assert judge_reason(f"{happened}, {request_}").missing == (Part.TIE,)


@pytest.mark.parametrize(
    "reason",
    [
        "Nice Camaro passed me on Paseo, wonder who owns it",
        "Gut feeling, 20 years on the job, this driver is dirty",
        "Curious about a car that is always parked on my street",
        "He has breakfast at the diner in Hatch on Saturdays and parks his Ram out back",
        "High school rival of mine is back in Clovis, this is his truck",
        "Data request, batch 3 of 12, plates from list",
        "Vehicle identified by a credible source on 3/14 at 1530 as relevant to case 25-98112 of the undersigned",
    ],
)
def test_what_is_thought_done_daily_or_cross_referenced_is_no_event(reason: str) -> None:
    assert Part.EVENT in judge_reason(reason).missing


@pytest.mark.parametrize(
    "reason",
    [
        "A bank in Las Cruces got robbed on Friday at 2 pm by two men with guns who got away with $8,000",
        "Copper was stolen from a substation in Belen and this guy drives a flatbed",
        "Graffiti on the Alameda bridge Sunday night, kid next door drives a Scion",
        "A boy of 12 has run away from his group home in Clovis and his aunt is worried",
        "stolen in Albuquerque",
    ],
)
def test_a_crime_ties_no_vehicle_that_it_leaves_out_and_no_stranger(reason: str) -> None:
    assert judge_reason(reason).missing == (Part.TIE,)


@pytest.mark.parametrize(
    "reason",
    [
        "Copper was stolen from a substation in Belen, the suspect drives a tan Buick with this plate",
        "This man kicked in a door on Lomas and left in his Caravan",
        "Missing since Tuesday from Gallup, 62 yo with diabetes, she drives a 2015 Corolla",
        "Picked up the shooter at the back of the Cibola apartments, per a tenant on the second floor",
        "Carjacked at a light on Gibson ten minutes ago, driver was pulled out",
        "Swiped from his driveway around 0500 while it was warming up",
        "Insurance fraud: owner says this truck was stolen on 3/4 but we think he sold it",
        "Labor trafficking of two teens, both say the man who drove them from Deming used this Sprinter",
    ],
)
def test_a_person_of_the_event_or_the_vehicle_that_is_left_out_ties(reason: str) -> None:
    assert judge_reason(reason).accepted, judge_reason(reason).why


@pytest.mark.parametrize(
    "reason",
    [
        "Copper taken from the church roof in Mora, the janitor claims he was in Pueblo, checking his truck to confirm",
        "Logbook shows off duty in Kingman at the hour the truck was weighed in Gallup, checking this truck",
        "Robber lost his wallet in the motel in Gallup, RO of this Sentra, want to know if it was there",
        "Auditor found a deputy ran his ex's plate 9 times with no case number, same plate to see what he saw",
        "County clerk logged 30 trips in this county car on days she called in sick, an auditor reported",
    ],
)
def test_where_the_vehicle_of_an_alibi_was_and_what_an_audit_found_are_reasons(reason: str) -> None:
    assert judge_reason(reason).accepted, judge_reason(reason).why


@pytest.mark.parametrize(
    "reason",
    [
        "Copper taken from the church roof in Mora, checking his truck to confirm",
        "Copper taken from the church roof in Mora, the janitor claims he was in Pueblo, checking this truck",
        "The janitor claims he was in Pueblo on the 14th, checking his truck to confirm",
        "Logbook shows off duty in Kingman, checking this truck",
        "Motel robbery in Gallup, RO of this Sentra, want to know if it was there",
        "Auditor wants 9 searches with no case number, same plate to see the results",
        "Coworker logged his Jeep at the lake on days he called in sick, this is his Jeep",
    ],
)
def test_an_alibi_is_of_an_event_and_an_audit_of_somebody(reason: str) -> None:
    assert not judge_reason(reason).accepted


def test_a_full_account_needs_no_road_or_day() -> None:
    assert judge_reason(
        "Owner's car taken by a fake tow truck from an apartment lot; the tow truck has this plate"
    ).accepted


@pytest.mark.parametrize(
    "reason",
    [
        "Ice chest and rods stolen from a camp at Elephant Butte, witness wrote down this plate",
        "Victim's ex-husband violated a protective order on Lomas, she saw him drive this Ford by",
        "Purse snatched in the Walmart parking lot in Grants, camera shows this Kia leaving",
        "Burglary of a church in Mora on Sunday, neighbor saw this truck at its door",
        "Shots fired at a protest in Las Cruces, the shooter got into this truck",
        "Man posing as an ICE agent robbed a roofer in Deming and left in this Tahoe",
        "Migrant worker was robbed of his pay in Vado, he gave the plate of their van",
        "Break-in at a women's clinic on Lomas, camera shows this van leaving",
        "Protester hit by a truck on Montgomery, the driver left, a phone video shows this plate",
        "Rabbi threatened with a knife in Taos, the suspect left in this Ford",
        "Border Patrol found a stolen backhoe on this trailer, its owner in Deming reported it Monday",
        "US citizen abducted in Columbus, the ransom was dropped from this car",
        "Tow driver who came to repossess a Ram in Chaparral was held at gunpoint, this is the Ram",
        "Victim gets toll bills from Texas, a black Audi wears her stolen tag, toll photo has the Audi",
        "Brandished a rifle at marchers in Roswell, organizer's livestream shows this Jeep's plate",
        "Bales of marijuana dropped near Animas, a Border Patrol camera shows this Titan loading them",
        "Inspector stopped a load of calves with no papers in Roy, their brand is a neighbor's, hauled by this Ram",
        "Shed burglary in Corrales, tools gone, the doorbell shows a van with this tag out front at 0300",
    ],
)
@pytest.mark.clause("SB40.share")
def test_words_that_only_resemble_a_barred_ground_are_none(reason: str) -> None:
    assert may_search_for(reason, case_number="2026-004512", earlier=()) == Allow()


def test_a_refusal_names_clause_and_field() -> None:
    decision = may_search_for("investigation", case_number="2026-004512", earlier=())
    assert isinstance(decision, Refusal)
    assert (decision.clause, decision.field) == ("6.e.vi", "reason")
    assert MODEL in decision.help
