"""Hand one recipe to one customer.

- `handover`: `Handover`, what is handed over: recipe, APIs, values, customer, case.
- `script`: `script_text`, one Python file that needs httpx and nothing of ours.
- `markdown`, `commands`: the same for a ticket or a wiki, and as commands.
- `provenance`: what an exported file says of its origin, and reading it back.
- `trial`: running an exported script on a recorded case before anybody gets it.
- `scanning`: what must not stand in an exported file.
"""
