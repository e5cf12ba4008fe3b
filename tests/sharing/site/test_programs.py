import json
import re

import jsonschema

from tests.sharing.site.conftest import Shelf, make_files


def test_the_catalog_fits_its_published_schema(shelf: Shelf) -> None:
    shelf.recipe(parameters='topic: str = "x"', table='tags = ["one"]')
    shelf.case([{"a": 1}])
    (shelf.root / "recipes" / "echo" / "broken.py").write_text("def main(:\n", encoding="utf-8")
    files = shelf.files()
    catalog, schema = json.loads(files["catalog.json"]), json.loads(files["catalog.schema.json"])
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    validator.validate(catalog)
    [recipe] = catalog["recipes"]
    assert (recipe["id"], recipe["recorded"], recipe["endpoints"]) == (
        "echo/things",
        "2026-11-21T08:00:00Z",
        ["GET /things"],
    )
    assert [each["file"] for each in catalog["broken"]] == ["recipes/echo/broken.py"]
    assert all(recipe[key] in files for key in ("page", "markdown", "script"))


def test_the_schema_refuses_a_catalog_that_lacks_something(shelf: Shelf) -> None:
    shelf.recipe()
    files = shelf.files()
    catalog, schema = json.loads(files["catalog.json"]), json.loads(files["catalog.schema.json"])
    del catalog["recipes"][0]["digest"]
    assert not jsonschema.Draft202012Validator(schema).is_valid(catalog)


def test_each_page_has_a_twin_and_every_link_between_them_leads_somewhere(shelf: Shelf) -> None:
    shelf.recipe()
    shelf.case([{"a|b": "x`y"}])
    files = shelf.files()
    text = files["recipes/echo/things.md"].decode()
    assert text.startswith("# What things are there?\n\n- Recipe: `echo/things`\n")
    assert "| a\\|b |\n| --- |\n| x\\`y |" in text
    assert files["llms.txt"].decode().endswith("- [What things are there?](recipes/echo/things.md): `echo/things`\n")
    assert files["endpoints/echo/get-things.md"].decode() == (
        "# Echo GET /things\n\n- [What things are there?](../../recipes/echo/things.md): `echo/things`\n"
    )


def test_a_map_is_made_where_the_address_is_known(shelf: Shelf) -> None:
    shelf.recipe()
    shelf.case([{"a": 1}])
    assert "sitemap.xml" not in shelf.files()
    text = make_files(shelf.site(), address="https://recipes.example/")["sitemap.xml"].decode()
    assert "<url><loc>https://recipes.example/recipes/echo/things.html</loc><lastmod>2026-11-21</lastmod></url>" in text


def test_a_feed_tells_what_was_recorded_last(shelf: Shelf) -> None:
    shelf.recipe("old")
    shelf.case([{"a": 1}], "old")
    shelf.recipe("never")
    feed = json.loads(shelf.files()["feed.json"])
    assert [(each["id"], each["date_published"]) for each in feed["items"]] == [
        ("echo/old 2026-11-21T08:00:00Z", "2026-11-21T08:00:00Z")
    ]


def test_related_are_the_recipes_with_most_in_common_the_first_of_equals_first(shelf: Shelf) -> None:
    tags = {"a": "one", "b": "one", "c": "one two", "d": "two", "e": "one", "f": "one", "g": "one two", "h": "three"}
    for name, words in tags.items():
        shelf.recipe(name, table=f"tags = {json.dumps(words.split())}")
    files = shelf.files()

    def related(name: str) -> list[str]:
        _, _, listed = files[f"recipes/echo/{name}.html"].decode().partition('<ul class="related">')
        return re.findall(r'href="[./]*/recipes/echo/(\w)\.html"', listed.partition("</ul>")[0])

    assert {name: "".join(related(name)) for name in "acdfh"} == {
        "a": "bcef",
        "c": "gabd",
        "d": "cg",
        "f": "abce",
        "h": "",
    }
