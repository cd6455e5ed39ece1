"""``python -m pytest_specmint``: the command line."""

from pytest_specmint.cli.start import run

if __name__ == "__main__":
    run()
