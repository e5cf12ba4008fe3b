import pytest

import runner.catalog


@pytest.mark.parametrize("name", runner.catalog.__all__)
def test_every_name_it_offers_can_be_loaded(name: str) -> None:
    assert getattr(runner.catalog, name) is not None


def test_a_name_it_does_not_offer_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'bake'"):
        runner.catalog.bake  # noqa: B018
