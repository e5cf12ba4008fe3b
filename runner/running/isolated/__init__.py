"""Run a recipe in a process of its own, which holds no key.

- `isolation`: `Isolation`, which a plan carries, and what of the environment such a process gets.
- `run`: `IsolatedRun`, which is used as `Run` is.
- `process`: starting the process, and ending it with all that it started.
- `desk`, `answers`: sending what the recipe asks for, in this process, and handing back answers without the key.
- `reports`: what the recipe raised, as the boundary explains it.
- `frames`, `packing`: what goes through the pipes; both processes use them.
- `child`: what runs in the other process. It loads the modules above by their path, with the standard library and httpx
  and nothing else.
"""
