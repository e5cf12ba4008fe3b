"""What comes out of a recipe, written as table, CSV, TSV, JSON, JSON lines or Markdown.

- `formats`: the names of the formats, and which one a file name means.
- `writers`: `open_writer` for rows as they come, `write_record` for one dict, `write_text` for Markdown.
- `files`: `open_output`, a file that is written aside and put in its place whole.
- `workbook`, `database`: rows into a spreadsheet or a database, told by `provenance` where they come from.
- `grid`: `render_table`, the look of our tables for what a command lists.
- `text`: `safe_text` for anything a terminal shows, `width` and `shorten` in terminal cells.

Importing the package itself loads none of them.
"""
