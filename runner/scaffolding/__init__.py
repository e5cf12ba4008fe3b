"""Making recipes: from templates, other recipes, pasted calls; a draft in memory until it was checked and is written.

`find_templates` and `read_template` give the templates there are, `settle_answers` what a user answered to one,
`draft_from_template` the draft; `draft_from_recipe` makes a customer's example, `find_examples` and `updated` follow
its origin; `curl.importing.capture` makes a recipe of a curl command. `check_draft`, `diff_draft` and `write_draft` are
for drafts of any origin. `literal`, `docstring_text`, `comment_text` and `toml_text` put values into text so that they
cannot become code.
"""
