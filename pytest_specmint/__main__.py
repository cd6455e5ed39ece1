"""``python -m pytest_specmint``: the command line."""

from pytest_specmint.cli.main import run

if __name__ == "__main__":
    run()
