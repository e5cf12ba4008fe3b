"""The Python that a recipe runs under, with what its block lists and nothing of this program's own.

- `requirements`: what a recipe needs, and whether this program's own installation has it.
- `lock`: a list of packages with versions and hashes, as pip and uv read it; only such lines are.
- `tools`: uv, or else pip: what resolves and installs.
- `store`: `Environments`, in the user's cache folder, made when first needed.
"""
