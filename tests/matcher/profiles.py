"""Hypothesis strategies for profiles: JSON over the whole registry, in every form that a fact may be written in."""

from hypothesis import strategies as st

from corpus.fields import registry
from tests.strategies import DAYS, NAMES, WORDS, values

YEARS = st.sampled_from(["2019", "2020", "2021", "2022", "2023", "2024"])
TITLES = st.sampled_from(
    ["高新技术企业", "高企", "国家级专精特新小巨人企业", "省级专精特新中小企业", "创新型中小企业", "瞪羚企业"]
)


def profiles(fields=None):
    """A profile in JSON: each field given or not, sets plain or open, titles with or without a term."""
    chosen = {name: fact(registry()[name]) for name in fields or registry() if name != "manual"}
    return st.fixed_dictionaries(
        {"id": st.just("e"), "facts": st.fixed_dictionaries({}, optional=chosen)},
        optional={"confirmations": st.dictionaries(WORDS, st.booleans(), max_size=3)},
    )


def fact(field):
    """One fact of `field` as a profile writes it."""
    match field.type:
        case "number":
            number = values(field)
            return number | st.dictionaries(YEARS, st.none() | number, max_size=5) if field.by_year else number
        case "set":
            return _set(TITLES if field.name == "qualification" else NAMES)
        case "event":
            event = st.fixed_dictionaries({"name": NAMES}, optional={"on": DAYS.map(str)}) | NAMES
            return st.lists(event, max_size=3) | _open(
                event, NAMES, lambda entry: entry if isinstance(entry, str) else entry["name"]
            )
        case "date":
            return DAYS.map(str)
        case _:
            return values(field)


def _set(names):
    ends = st.tuples(st.none() | DAYS, st.none() | DAYS).filter(lambda two: None in two or two[0] <= two[1])
    termed = st.builds(
        lambda name, two: {"name": name, "since": two[0] and str(two[0]), "until": two[1] and str(two[1])}, names, ends
    )
    member = names | termed
    return st.lists(member, max_size=3) | _open(
        member, names, lambda entry: entry if isinstance(entry, str) else entry["name"]
    )


def _open(members, names, name_of):
    def apart(two):
        has, lacks = two
        canonical = {"高企": "高新技术企业"}
        held = {canonical.get(name_of(entry), name_of(entry)) for entry in has}
        return {"has": has, "lacks": [name for name in lacks if canonical.get(name, name) not in held]}

    return st.tuples(st.lists(members, max_size=2), st.lists(names, max_size=2)).map(apart)
