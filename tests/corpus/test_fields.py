"""The registry of enterprise facts: complete, consistent, and with the names and types of the domain."""

import pytest

from corpus.fields import OPERATORS, registry, unknown_field

# name -> (type, by year, unit): the contract with outside data, written out a second time on purpose.
NUMBERS = {
    "元": [
        "revenue",
        "output_value",
        "profit",
        "tax_paid",
        "assets",
        "net_assets",
        "rd_spend",
        "export_value",
        "total_investment",
        "fixed_investment",
        "equipment_spend",
        "loan_amount",
        "payroll",
    ],
    "人": ["employees", "tech_staff", "rd_staff", "disabled_staff", "new_hires", "new_graduate_hires"],
}
RATIOS = [
    "rd_ratio",
    "debt_ratio",
    "revenue_growth",
    "layoff_rate",
    "tech_staff_ratio",
    "disabled_ratio",
    "profit_growth",
    "rd_growth",
    "tax_growth",
]
TYPES = {
    "code": "region tax_region industry",
    "set": "theme qualification park exclusion",
    "enum": "legal_form",
    "ordered": "size_class credit_level listing_stage",
    "date": "founded_on",
    "number": " ".join(
        [*NUMBERS["元"], *NUMBERS["人"], *RATIOS, "age_years registered_capital paid_in_capital patents"]
    )
    + " invention_patents land_area floor_area social_insurance_months",
    "event": "event",
    "manual": "manual",
}


def test_the_registry_holds_the_fields_of_the_domain_and_no_other():
    named = {name: kind for kind, names in TYPES.items() for name in names.split()}
    assert {field.name: field.type for field in registry().values()} == named


def test_numbers_by_year_and_their_base_units():
    for unit, names in NUMBERS.items():
        assert {(registry()[name].unit, registry()[name].by_year) for name in names} == {(unit, True)}
    assert {(registry()[name].fraction, registry()[name].by_year) for name in RATIOS} == {(True, True)}
    by_year = {field.name for field in registry().values() if field.by_year}
    assert by_year == {*NUMBERS["元"], *NUMBERS["人"], *RATIOS}


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("size_class", ["micro", "small", "medium", "large"]),
        ("credit_level", ["D", "C", "M", "B", "A"]),
        ("listing_stage", ["none", "reserve", "coached", "filed", "listed"]),
    ],
)
def test_ordered_fields_rise(name, order):
    assert list(registry()[name].order) == order


@pytest.mark.parametrize("field", registry().values(), ids=lambda field: field.name)
def test_every_field_is_whole(field):
    assert field.label
    assert field.question.endswith(("？", "是否符合"))
    assert field.origin
    assert field.operators == OPERATORS[field.type]
    assert (field.unit is not None) == (field.type == "number")
    assert (field.codes is not None) == (field.type == "code")
    assert bool(field.values) == (field.type in ("enum", "ordered"))
    assert field.type == "number" or (field.min, field.max, field.by_year) == (None, None, False)
    assert field.min is None or field.max is None or field.min < field.max


def test_labels_and_values_are_told_apart():
    labels = [field.label for field in registry().values()]
    assert len(set(labels)) == len(labels)
    for field in registry().values():
        assert len(set(field.values.values())) == len(field.values)


def test_the_registry_cannot_be_changed():
    with pytest.raises(TypeError):
        registry()["new"] = registry()["revenue"]


def test_advice_for_a_name_that_is_none():
    assert unknown_field("revenu") == '最接近的是 "revenue"'
    assert unknown_field("营业收入") == '"营业收入" 的指标名是 "revenue"'
    assert unknown_field("！！") == ""
