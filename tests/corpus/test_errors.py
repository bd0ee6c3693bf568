"""What an error says: file, place, what was found, what was expected, what to do."""

from corpus.errors import InputError, PolicyError, Problem, StoreError, nearest


def test_a_problem_says_all_five_things_in_order():
    problem = Problem("条件 2", '未知指标 "参保人数"', "登记表里的名字", '最接近的是 "employees"').within(
        "稳岗返还.yaml"
    )
    assert str(problem) == '稳岗返还.yaml，条件 2：未知指标 "参保人数"；应为登记表里的名字。最接近的是 "employees"'


def test_a_problem_leaves_out_what_it_does_not_know():
    assert str(Problem("文件", "读不下去")) == "文件：读不下去"


def test_an_error_keeps_every_problem_and_says_one_a_line():
    one, two = Problem("一", "甲"), Problem("二", "乙")
    error = InputError(one, two)
    assert error.problems == (one, two)
    assert str(error) == "一：甲\n二：乙"


def test_all_errors_of_input_and_store_have_one_base():
    assert issubclass(InputError, PolicyError)
    assert issubclass(StoreError, PolicyError)


def test_the_nearest_name_is_near():
    assert nearest("revenu", ["revenue", "region"]) == '最接近的是 "revenue"'
    assert nearest("完全不同", ["revenue", "region"]) == ""
    assert nearest("x", []) == ""
