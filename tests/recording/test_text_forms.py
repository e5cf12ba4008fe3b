import pytest

from runner.recording.text_forms import form_of, is_code, is_data, is_id, is_word


@pytest.mark.parametrize(
    "text, form",
    [
        ("2026-11-20T09:00:00Z", "moment"),
        ("2026-11-20 09:00", "moment"),
        ("2026-11-20T09:00:00.123+01:00", "moment"),
        ("2026-11-20", "day"),
        ("2026-13-20", "text"),
        ("https://harborpost.example/a?b=c", "URL"),
        ("577ae155-e47a-11f1-855a-0242ac120002", "UUID"),
        ("A ferry strike, 2026-11-20", "text"),
    ],
)
def test_the_form_of_a_text_is_recognised(text: str, form: str) -> None:
    assert form_of(text) == form


@pytest.mark.parametrize(
    "name", ["41", "577ae155-e47a-11f1-855a-0242ac120002", "2026-11-20", "2026-11", "9f86d081884c"]
)
def test_a_number_a_hash_and_a_date_are_ids(name: str) -> None:
    assert (is_id(name), is_data(name)) == (True, True)


@pytest.mark.parametrize("name", ["harborpost.example", "https://a.example/b", "anna@a.example", "news.bbc.co.uk"])
def test_a_domain_and_an_address_are_data_and_no_ids(name: str) -> None:
    assert (is_id(name), is_data(name)) == (False, True)


@pytest.mark.parametrize("name", ["v1", "articles", "fb_data", "total_engagement.count", "index.html", "facade", ""])
def test_a_word_is_no_data(name: str) -> None:
    assert is_data(name) is False


def test_words_of_a_fixed_list_are_told_from_names() -> None:
    words = ["pending", "ON_HOLD", "inProgress", "two-words", "Anna", "two words", "", "12"]
    assert [word for word in words if is_word(word)] == ["pending", "ON_HOLD", "inProgress", "two-words"]


def test_codes_of_languages_countries_and_currencies_are_told_from_words() -> None:
    codes = ["en", "IE", "EUR", "en-IE", "pt_br", "day", "OKAY"]
    assert [code for code in codes if is_code(code)] == ["en", "IE", "EUR", "en-IE", "pt_br"]
