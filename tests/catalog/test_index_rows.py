import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog.index_rows import join_texts, split_texts


@given(st.lists(st.text(st.sampled_from("a\\n\n\r\0é"), min_size=1)))
def test_texts_that_were_joined_come_apart_again(texts: list[str]) -> None:
    assert split_texts(join_texts(tuple(texts))) == tuple(texts)


@pytest.mark.parametrize("texts, joined", [((), ""), (("a",), "a"), (("a", "b c"), "a\nb c"), (("a\nb",), r"a\nb")])
def test_plain_texts_are_the_lines_of_one(texts: tuple[str, ...], joined: str) -> None:
    assert join_texts(texts) == joined
