"""A world at random over the whole rule language, from a seed: rules that stand on few enough values to meet the facts."""

import random
from datetime import date, timedelta

from corpus.fields import registry
from corpus.model import All, Any, AtLeast, Bounds, Condition, EventWindow, Measure, Not, Policy

REGIONS = ["100000", "410000", "410100", "410122", "419001", "350102", "110108"]
INDUSTRIES = ["32", "324", "3240", "3411", "51", "5141", "6513", "7320", "06"]
NAMES = ["新材料", "首次升规", "严重失信主体", "欠税", "甲园区", "新购设备"]
TITLES = ["高新技术企业", "国家级专精特新小巨人企业", "省级专精特新中小企业", "创新型中小企业", "瞪羚企业"]
WORDS = ["投保短期出口信用保险", "择优", "建海外仓"]
PERIODS = [None, None, None, "this_year", "2022", "2023", "2099"]
PERIODS += [f"{how}_of_last_{n}" for how in ("each", "any", "sum", "avg") for n in (1, 2, 3)]
NUMBERS = [0.0, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 7.0, 20.0, 50.0, 300.0, 1000.0, 2e6, 4e7]
FRACTIONS = [0.0, 0.03, 0.05, 0.1, 0.3, 0.5, 0.6]
FIELDS = tuple(registry())
# What follows from other facts, and those facts, come oftener: there the forms could part ways.
OFTEN = ("revenue", "rd_ratio", "rd_spend", "revenue_growth", "employees", "size_class", "industry", "region")
OFTEN += ("qualification", "exclusion", "event", "founded_on", "age_years", "manual", "debt_ratio", "assets")


def a_number(draw, field):
    pool = [n for n in (FRACTIONS if field.fraction else NUMBERS) if field.max is None or n <= field.max]
    pool = [-n for n in pool] + pool if field.min is not None and field.min < 0 else pool
    return draw.choice(pool)


def a_day(draw):
    return date(2021, 6, 1) + timedelta(draw.choice([0, 29, 30, 31, 365, 394, 395, 760, 800, 1094, 1125, 1200]))


def a_value(draw, field):
    match field.type:
        case "number":
            return a_number(draw, field)
        case "date":
            return a_day(draw)
        case "code":
            return draw.choice(REGIONS if field.codes == "regions" else INDUSTRIES)
        case "ordered" | "enum":
            return draw.choice(field.order)
        case "manual":
            return draw.choice(WORDS)
        case _:
            return draw.choice(TITLES if field.name == "qualification" else NAMES)


def a_condition(draw):
    field = registry()[draw.choice(OFTEN if draw.random() < 0.7 else FIELDS)]
    op = draw.choice(field.operators)
    period = draw.choice(PERIODS) if field.by_year else None
    if op == "during":
        ends = sorted([a_day(draw), a_day(draw)])
        value = EventWindow(draw.choice(NAMES), *(draw.choice([None, end]) for end in ends))
    elif op == "between":
        ends = sorted((a_value(draw, field) for _ in range(2)), key=field.order.index if field.order else None)
        value = Bounds(*(end if draw.random() < 0.8 else None for end in ends))
    elif op in ("in", "not_in", "within", "not_within", "has_any", "has_all", "lacks"):
        value = tuple(dict.fromkeys(a_value(draw, field) for _ in range(draw.randint(1, 3))))
    else:
        value = a_value(draw, field)
    return Condition(field.name, op, value, period)


def a_rule(draw, depth=0):
    if draw.random() < (0.15, 0.6, 0.8, 1)[depth]:
        return a_condition(draw)
    of = tuple(a_rule(draw, depth + 1) for _ in range(draw.choice([0, 1, 2, 2, 3, 4])))
    match draw.randrange(6):
        case 0 | 1:
            return All(of)
        case 2 | 3:
            return Any(of)
        case 4:
            return Not(a_rule(draw, depth + 1))
        case _:
            return AtLeast(draw.randint(0, 4), of)


def a_policy(draw, measures):
    made = tuple(Measure(f"m{i}", f"事项{i}", a_rule(draw)) for i in range(measures))
    return Policy("p", "随机政策", measures=made)


def a_fact(draw, field):
    match field.type:
        case "number" if not field.by_year or draw.random() < 0.2:
            return a_number(draw, field)
        case "number":
            return {str(year): a_number(draw, field) for year in range(2020, 2025) if draw.random() < 0.7}
        case "set":
            return a_set(draw, field)
        case "event":
            happened = [{"name": draw.choice(NAMES), "on": str(a_day(draw))} for _ in range(draw.randint(0, 2))]
            some = [one if draw.random() < 0.8 else one["name"] for one in happened]
            names = {one["name"] for one in happened}
            return some if draw.random() < 0.6 else {"has": some, "lacks": [n for n in NAMES[:2] if n not in names]}
        case "date":
            return str(a_day(draw))
        case _:
            return a_value(draw, field)


def a_set(draw, field):
    names = list(dict.fromkeys(a_value(draw, field) for _ in range(draw.randint(0, 3))))
    has = [name if draw.random() < 0.8 else {"name": name, "until": str(a_day(draw))} for name in names]
    if draw.random() < 0.6:
        return has
    other = a_value(draw, field)
    return {"has": has, "lacks": [] if other in names else [other]}


def a_profile(draw, i, measures):
    facts = {f.name: a_fact(draw, f) for f in registry().values() if f.type != "manual" and draw.random() < 0.6}
    answers = {words: draw.random() < 0.5 for words in WORDS if draw.random() < 0.3}
    if draw.random() < 0.05:
        answers[f"m{draw.randrange(measures)}#"] = draw.random() < 0.5
    profile = {"id": f"e{i}", "facts": facts, "confirmations": answers}
    return profile | ({"as_of": str(a_day(draw))} if draw.random() < 0.1 else {})


def a_world(seed, measures, enterprises):
    """A policy and the profiles of enterprises, in JSON."""
    draw = random.Random(seed)
    return a_policy(draw, measures), [a_profile(draw, i, measures) for i in range(enterprises)]
