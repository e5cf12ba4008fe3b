"""Recorded runs: making a case, keeping secrets out of it, playing it again, and seeing where the API has moved.

A case is three files in `cassettes/<api>/<recipe-name>/`: the traffic (`read_cassette`, in vcrpy's format), what it was
recorded with (`read_case`), and the result. `record` makes one: before anything is written, a `Scrubber` hides what is
secret, and `find_leaks_in` and `find_leaks` find what is left. `replay` plays one, `check_case` compares what it gives.
`vcr_hooks.configure` gives people's own vcrpy tests the same cassettes.
"""
