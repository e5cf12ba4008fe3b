"""Making recipes: from templates; everything is a draft in memory until it was checked and is written in one step.

`find_templates` and `read_template` give the templates there are, `settle_answers` what a user answered to one,
`draft_from_template` the draft; `read_target` reads the name of a new recipe. `check_draft`, `diff_draft` and
`write_draft` are for drafts of any origin. `literal`, `docstring_text`, `comment_text` and `toml_text` put values into
text so that they cannot become code.
"""
