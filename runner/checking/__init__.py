"""Static checks of recipes and their cases: findings with a code, a place, a reason and what to do instead.

`check_repository` and `check_recipes` give the findings, `read_rules` the published table of all rules, and `find_rule`
one of them. Everything is read, nothing of a recipe runs.
"""
