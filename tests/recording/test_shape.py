import json

from runner.recording.shape import DEEPEST, Shape, read_shape, shape_of


def test_elements_of_an_array_are_one_shape() -> None:
    shape = shape_of([[{"a": 1}, {"a": None, "b": "x"}]])
    assert shape.items is not None
    assert (shape.kinds, shape.items.kinds) == ({"array": 1}, {"object": 2})
    assert {key: dict(each.kinds) for key, each in shape.items.fields.items()} == {
        "a": {"integer": 1, "null": 1},
        "b": {"string": 1},
    }


def test_values_of_several_answers_are_one_shape() -> None:
    assert shape_of([{"a": 1}, {"a": 1.5}, {"a": True}]).fields["a"].kinds == {"integer": 1, "number": 1, "boolean": 1}


def test_keys_that_are_data_are_one_field() -> None:
    shape = shape_of([{"2026-11-19": 1, "2026-11-20": 2, "total": 3}])
    assert shape.entries is not None
    assert (list(shape.fields), shape.entries.kinds) == (["total"], {"integer": 2})


def test_many_words_that_few_objects_share_are_a_table() -> None:
    tables = [{f"paper{chr(97 + number + step)}": step for step in range(3)} for number in range(8)]
    assert shape_of([{"counts": table} for table in tables]).fields["counts"].is_map


def test_objects_with_a_common_key_are_no_table() -> None:
    objects = [{"kind": "x", f"field{chr(97 + number)}": "y"} for number in range(12)]
    assert not shape_of(objects).is_map


def test_objects_whose_fields_differ_in_type_are_no_table() -> None:
    objects: list[dict[str, object]] = [{f"field{chr(97 + number)}": number} for number in range(12)]
    assert not shape_of([*objects, {"other": "text"}]).is_map


def test_few_words_in_many_texts_are_a_fixed_list() -> None:
    shape = shape_of(["done", "pending"] * 5)
    assert shape.fixed_list == {"done": 5, "pending": 5}


def test_texts_that_may_be_data_are_no_fixed_list() -> None:
    for texts in (["done"] * 9, ["en", "de"] * 10, ["Ireland"] * 20, ["a b"] * 20, [""] * 20):
        assert not shape_of(texts).fixed_list
    assert not shape_of([f"word{chr(97 + number % 20)}" for number in range(200)]).fixed_list


def test_a_body_that_is_no_json_leaves_no_trace() -> None:
    shape = Shape()
    assert [read_shape(body, shape) for body in (b"<p>no</p>", b"", b"\xff", b"[" * 100_000, b"[1]")] == [
        False,
        False,
        False,
        False,
        True,
    ]
    assert shape.kinds == {"array": 1}


def test_what_lies_very_deep_is_not_looked_at() -> None:
    shape = shape_of([json.loads("[" * (DEEPEST + 50) + "]" * (DEEPEST + 50))])
    levels = 0
    while shape.items:
        shape, levels = shape.items, levels + 1
    assert levels == DEEPEST


def test_shapes_that_are_put_together_are_that_of_all_values() -> None:
    values = [{"a": [1, "x"], "2026-11-20": {"b": None}}, {"a": [], "c": "https://a.example"}, None, "done"]
    merged = shape_of(values[:2])
    merged.absorb(shape_of(values[2:]))
    assert merged == shape_of(values)
