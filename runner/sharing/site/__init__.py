"""The catalog as a site: static pages that need no server and ask for nothing from anywhere.

- `reading`: repositories become a `Site` of page models (`model`), without running anything of them.
- `pages`: a `Site` becomes files, by name; `programs` makes those that programs read.
- `folder`: the files become a folder, whole or not at all.
"""
