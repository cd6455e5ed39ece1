"""Everything of a pack, read and checked at once: for its authors, for `specmint-cli packs show`, for tests."""

from pytest_specmint.packs.base_vocabulary import base_vocabulary
from pytest_specmint.packs.chosen import BASE
from pytest_specmint.packs.errors import PackError
from pytest_specmint.packs.pack import Pack
from pytest_specmint.packs.registry import pack_named
from pytest_specmint.packs.rules import check_rules
from pytest_specmint.packs.vocabulary import check_own_templates


def check_pack(pack: Pack) -> None:
    """Read every file of a pack. Raises `PackError` for the first thing that is wrong, with its file and line.

    Lists, tables, meanings and their templates, rules, and that lists and tables say where they come from.
    """
    for name in pack.lists:
        about = pack.lists.about(name)
        if not (about.source and about.licence):
            raise _unsourced(pack, f"{name}.txt")
    for name, table in pack.tables.items():
        if not (table.source and table.licence):
            raise _unsourced(pack, f"tables/{name}.csv")
    base = pack if pack.name == BASE else pack_named(BASE)
    check_own_templates(pack, base_vocabulary().lists, base.tables)
    check_rules(pack)
    _ = pack.context


def _unsourced(pack: Pack, file: str) -> PackError:
    return PackError(
        f"pack {pack.name}: {file}: the comments on top do not say source and licence",
        hint="# Source: written for this pack, and below it # Licence: MIT",
    )
