"""Make recipes: nothing here prints, asks or runs; what is made is returned as a `Draft`, and written by `writing`.

- `draft`: `Draft`, texts that are about to be written.
- `curl`: from a pasted curl command to a `Draft`.
"""
