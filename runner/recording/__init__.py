"""Recorded runs: making a case, keeping secrets out of it, playing it again, and seeing where the API has moved.

A case is three files in `cassettes/<api>/<recipe-name>/`: the traffic (`read_cassette`, in vcrpy's format), what it was
recorded with (`read_case`), and the result. Nothing here sends a request by itself; `runner.running` does.
`vcr_hooks.configure` gives people's own vcrpy tests the same cassettes.
"""
