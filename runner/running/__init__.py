"""Run one recipe.

Import from the modules; this one stays empty so that nobody pays for what they do not use.

- `run`: `Plan` and `open_run`, which carries a plan out and gives rows, a record or a text.
- `isolated`: the same with the recipe in a process of its own, which holds no key; `environments`: its packages.
- `values`: `settle_values` from command line, file, environment, defaults and examples.
- `clients`, `transports`, `wires`, `guard`, `pace`: what a recipe is given; a `Link` says how an API is reached.
- `approval`: `Approval`, without which nothing of a repository executes; `loading` demands it.
- `clock`: `stopped_clock`, a clock that moves by sleeping.
- `secrets`: `Secrets`, which scrubs keys from whatever comes out.
- `serving`: an API's sandbox as a server on loopback.
- `watching`: `Watcher`, what hears of calls, waits and rows.
"""
