"""Hand one recipe to one customer.

- `handover`: `Handover`, what is handed over: recipe, APIs, values, customer, case.
- `script`: `script_text`, one Python file that needs httpx and nothing of ours.
- `notebook`: the same as a Jupyter notebook, of `cells`; `archive`: as a zip.
- `markdown`, `commands`: the same for a ticket or a wiki, and as commands.
- `provenance`, `exported`: what an exported file says of its origin, and reading it back.
- `trial`: running an exported script or notebook on a recorded case before anybody gets it.
- `scanning`: what must not stand in an exported file.
"""
