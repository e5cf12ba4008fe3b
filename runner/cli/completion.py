"""`recipes completion`."""

import click


@click.command("completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print what completes `recipes` in SHELL (bash, zsh or fish), to be put into its start-up file.

    For bash: echo 'eval "$(recipes completion bash)"' >> ~/.bashrc

    For zsh, below compinit: echo 'eval "$(recipes completion zsh)"' >> ~/.zshrc

    For fish: recipes completion fish > ~/.config/fish/completions/recipes.fish
    """
    from click.shell_completion import get_completion_class

    from runner.cli.completing import VARIABLE
    from runner.cli.group import main

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(main, {}, "recipes", VARIABLE).source(), nl=False)
