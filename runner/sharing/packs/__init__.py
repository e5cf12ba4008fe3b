"""A repository as one file for others: a zip, or a wheel that pip installs as data.

- `manifest`: what a pack says of itself, and whether it is so.
- `archive`: `zip_bytes` and `wheel_bytes`, the same bytes for the same files.
- `review`: `review`, what a stranger will see of it.
"""
