"""What runs in the process of an isolated recipe: the standard library, httpx, and modules loaded by their path.

- `stage`: loads the recipe, calls it and tells what it gives; `serve` begins.
- `post`: its end of the pipe, where answers find the request they are for.
- `transport`: what carries a request of the recipe's clients to the process that has the key.
- `telling`: printed text, errors, and connections that are refused.
"""
