"""What the search in the page looks through: a script that holds data and does nothing else."""

import json
import re
from typing import Any, Final

from runner.catalog.search_words import STOP_WORDS, SYNONYMS
from runner.sharing.site.model import RecipePage, Site

_LONGEST: Final = 1500
"""Characters of a description that are searched."""
_CODE: Final = re.compile("[<>\u2028\u2029]")


def search_data(site: Site) -> str:
    """Return the script; a page from a folder may load a script, and no other kind of data."""
    data = {
        "documents": [_document(each) for each in site.recipes],
        "synonyms": SYNONYMS,
        "stopWords": sorted(STOP_WORDS),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"self.recipesToSearch={_CODE.sub(_escaped, text)};\n"


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _document(recipe: RecipePage) -> dict[str, Any]:
    return {
        "id": recipe.id,
        "title": recipe.title,
        "tags": " ".join((*recipe.tags, *recipe.audience)),
        "parameters": " ".join(f"{each.name} {each.help}" for each in recipe.fields),
        "columns": " ".join(recipe.columns),
        "endpoints": " ".join(each.name for each in recipe.endpoints),
        "description": recipe.description[:_LONGEST],
    }
