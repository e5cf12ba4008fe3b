"""Recipes in pytest: each recorded case is a test, `recipes/newswhip/top_stories.py::default`.

`plugin` is what pytest loads wherever this package is installed; it is light, and does nothing outside a repository.
"""
