import subprocess
import sys

CODE = """
import sys
from runner.running.lean import prepare_jinja2
prepare_jinja2()
import jinja2.sandbox
print("jinja2.bccache" in sys.modules)
import jinja2
print(jinja2.Environment is jinja2.sandbox.Environment, jinja2.Template("{{ x }}").render(x=1))
"""


def test_jinja2_is_loaded_in_part_until_all_of_it_is_asked_for() -> None:
    answer = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\nTrue 1\n"
