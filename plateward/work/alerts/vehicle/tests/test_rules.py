"""What was seen compared with what is described: what fits, what differs, and what stops an encounter."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from plateward.ground.links.ncic.vehicle import VehicleClass, VehicleColor
from plateward.ground.policy.decision import Allow, Refusal
from plateward.work.alerts import rules as steps
from plateward.work.alerts import vehicles as rules
from plateward.work.alerts.facts import Facts, VerificationAnswer
from plateward.work.alerts.overrides.rules import AlertCheck, may_override, missing_checks
from plateward.work.alerts.vehicles import Description, Fit, ObservedVehicle

pytestmark = pytest.mark.clause("6.e.iv.3/vehicle")
NOW = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)
READY = Facts(agrees=True, observed=True, answer=VerificationAnswer.HIT, answered_at=NOW)


def of(words: str, plate_type: str = "") -> Description:
    description = rules.description_from_words("the list entry", words, plate_type)
    assert description
    return description


def fits(seen: ObservedVehicle, *described: Description) -> dict[str, str]:
    return {row.attribute.value: row.fit.value for row in rules.compare(seen, described)}


@pytest.mark.parametrize(
    ("words", "kinds", "colors", "makes", "year"),
    [
        ("2009 YAMA CYL MC BLK", {VehicleClass.MOTORCYCLE}, {VehicleColor.BLACK}, {"Yamaha"}, 2009),
        (
            "2016 CHEV MAL 4D SIL",
            {VehicleClass.CAR, VehicleClass.SUV, VehicleClass.PICKUP},
            {VehicleColor.GRAY},
            {"Chevrolet"},
            2016,
        ),
        (
            "2009 D0DG CHA 4D GRY",
            {VehicleClass.CAR, VehicleClass.SUV, VehicleClass.PICKUP},
            {VehicleColor.GRAY},
            {"Dodge, Ram"},
            2009,
        ),
        (
            "UHAU TL 2015 0NG/WHI",
            set(),
            {VehicleColor.YELLOW, VehicleColor.RED, VehicleColor.WHITE},
            set(),
            2015,
        ),
        ("Red Ford F-150, dented tailgate", set(), {VehicleColor.RED}, {"Ford"}, None),
        (
            "White Ford F-550 flatbed truck",
            {VehicleClass.PICKUP, VehicleClass.TRUCK, VehicleClass.TRAILER},
            {VehicleColor.WHITE},
            {"Ford"},
            None,
        ),
        ("Gray Nissan Sentra sedan", {VehicleClass.CAR}, {VehicleColor.GRAY}, {"Nissan"}, None),
        (
            "Red pickup with a boat trailer",
            {VehicleClass.PICKUP, VehicleClass.TRAILER},
            {VehicleColor.RED},
            set(),
            None,
        ),
    ],
)
def test_an_entry_s_words_are_understood_as_codes_or_as_an_officer_writes(
    words: str,
    kinds: frozenset[VehicleClass],
    colors: frozenset[VehicleColor],
    makes: frozenset[str],
    year: int | None,
) -> None:
    description = of(words)
    assert (description.kinds, description.colors, description.makes, description.year) == (
        kinds,
        colors,
        makes,
        year,
    )


@pytest.mark.parametrize("words", ["", "Not known", "Dented, seen at 2 AM on MAIN ST in SE"])
def test_words_that_say_nothing_of_it_describe_nothing(words: str) -> None:
    assert rules.description_from_words("the list entry", words) is None


def test_a_motorcycle_s_plate_describes_a_motorcycle() -> None:
    assert of("", "MC").kinds == {VehicleClass.MOTORCYCLE}


@pytest.mark.parametrize(
    ("style", "model", "seen", "fit"),
    [
        ("MC", "CYL", "suv", Fit.DIFFERS),
        ("", "CYL", "suv", Fit.DIFFERS),
        ("4D", "MAL", "car", Fit.FITS),
        ("4D", "F15", "pickup", Fit.FITS),
        ("4D", "MAL", "motorcycle", Fit.DIFFERS),
        ("PK", "", "car", Fit.DIFFERS),
        ("PK", "", "other", Fit.DIFFERS),
        ("SW", "", "suv", Fit.FITS),
        ("VN", "", "", Fit.CANNOT_TELL),
    ],
)
def test_ncic_s_style_says_which_class_fits(style: str, model: str, seen: str, fit: Fit) -> None:
    described = rules.description_from_ncic("NCIC", "", "", model, style, "")
    assert described
    [row] = rules.compare(ObservedVehicle(kind=seen), [described])
    assert row.fit is fit
    assert rules.is_other_class([row]) is (fit is Fit.DIFFERS)


def test_a_code_that_nobody_knows_bars_nothing() -> None:
    assert rules.description_from_ncic("NCIC", "", "XYZZ", "", "ZZ", "QQQ/RED") is None


@pytest.mark.parametrize(
    ("years", "listed", "fit"),
    [
        ("2000", 2009, "fits"),
        ("2010", 2008, "fits"),
        ("2010", 2003, "differs"),
        ("1980", 1965, "fits"),
        ("", 2009, "cannot tell"),
    ],
)
def test_a_decade_fits_a_few_years_beyond_its_ends(years: str, listed: int, fit: str) -> None:
    assert fits(ObservedVehicle(kind="car", years=years), Description("NCIC", "", year=listed)) == {
        "year": fit
    }


def test_what_is_not_described_is_not_compared() -> None:
    assert fits(ObservedVehicle("car", "red", "Ford", "2010"), of("Red")) == {"color": "fits"}


def test_cannot_tell_of_all_that_is_described_is_no_observation() -> None:
    described = [of("Red Ford pickup")]
    assert rules.is_blind(rules.compare(ObservedVehicle(years="2010"), described))
    assert not rules.is_blind(rules.compare(ObservedVehicle(color="blue"), described))
    assert not rules.is_blind(rules.compare(ObservedVehicle(), [])), "nothing is described"


def test_a_difference_counts_until_it_is_explained_and_anew_where_it_is_another() -> None:
    rows = rules.compare(ObservedVehicle("pickup", "blue"), [of("Red Ford pickup")])
    [row] = rules.differences(rows, ())
    assert row.key == "color: Blue / Red, maroon"
    assert not rules.differences(rows, [row.key])
    again = rules.compare(ObservedVehicle("pickup", "white"), [of("Red Ford pickup")])
    assert rules.differences(again, [row.key])


def test_another_class_stops_an_encounter_and_nothing_lifts_it() -> None:
    other = replace(READY, other_class=True)
    for facts in (other, replace(other, overridden=True)):
        refusal = steps.may_act(facts, NOW)
        assert isinstance(refusal, Refusal)
        assert "class of vehicle" in refusal.reason
    assert isinstance(may_override(other, NOW, allowed=True), Refusal)
    assert isinstance(steps.may_explain(other, "It was rebuilt as a motorcycle by its owner."), Refusal)


def test_another_difference_is_a_check_that_imminent_danger_lifts() -> None:
    differs = replace(READY, unexplained=frozenset({"color"}))
    assert isinstance(steps.may_act(differs, NOW), Refusal)
    assert missing_checks(differs, NOW) == (AlertCheck.VEHICLE,)
    assert may_override(differs, NOW, allowed=True) == Allow()
    assert steps.may_act(replace(differs, overridden=True), NOW) == Allow()


@pytest.mark.parametrize(
    ("text", "allowed"), [("Repainted.", False), ("Repainted, as the door shows.", True)]
)
def test_a_difference_is_explained_in_words(text: str, allowed: bool) -> None:
    differs = replace(READY, unexplained=frozenset({"color"}))
    assert isinstance(steps.may_explain(differs, text), Allow) is allowed
    assert isinstance(steps.may_explain(READY, text), Refusal)
