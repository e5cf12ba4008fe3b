"""Recipes from curl commands.

- `importing`: `capture`, which gives the files and keeps key and old values for sending the call once more;
  `recipe_of_call` for a call that was understood already.
- `reading`: `read_curl`, from pasted text to a `CurlCall`.
- `keys`: `propose_api`, the text of an `api.toml` for a call.
"""
