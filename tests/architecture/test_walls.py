"""Walls between the parts that import-linter cannot say; those it can are in .importlinter."""

import configparser

import pytest

from tests.architecture.sources import ROOT, SOURCE, assert_none, files, imports_of, is_within, module_of, name_of

# Which parts of the product may see a library; all others must not.
VISIBLE_IN = {
    "litestar": ("api", "bootstrap"),
    "httptools": ("bootstrap",),
    "uvicorn": ("bootstrap",),
    "socketio": ("api.realtime", "bootstrap"),
    "celery": ("adapters.queue", "bootstrap"),
    "kombu": ("adapters.queue", "bootstrap"),
    "boto3": ("adapters.storage",),
    "botocore": ("adapters.storage",),
    "httpx2": ("adapters",),
    "authlib": ("adapters",),
    "joserfc": ("adapters",),
    "redis": ("adapters", "bootstrap"),
    "asyncpg": ("adapters.db", "bootstrap"),
    # Whoever loads it first decides about its locks.
    "sqlite3": ("adapters.db.sqlite_locks",),
    "aiosqlite": ("adapters.db", "bootstrap"),
    "alembic": ("bootstrap",),
    "av": ("adapters",),
    "mutagen": ("adapters",),
    "tinytag": ("adapters.media",),
    "PIL": ("adapters",),
}


def product_files() -> list[tuple[str, frozenset[str]]]:
    """Each module of the product with what it imports."""
    return [(module_of(file), imports_of(file)) for file in files("src/antiphon") if file.suffix == ".py"]


def areas() -> list[str]:
    """The areas there are."""
    return sorted(path.parent.name for path in (SOURCE / "areas").glob("*/__init__.py"))


@pytest.mark.parametrize("library", sorted(VISIBLE_IN))
def test_a_library_is_visible_only_where_it_belongs(library: str) -> None:
    allowed = [f"antiphon.{place}" for place in VISIBLE_IN[library]]
    trespassers = [
        module
        for module, imports in product_files()
        if any(is_within(name, library) for name in imports) and not any(is_within(module, place) for place in allowed)
    ]
    assert_none(trespassers, f"{library} belongs to {allowed}")


def test_views_of_an_area_are_read_only_by_the_sql_of_others() -> None:
    trespassers = [
        f"{module} imports the views of {area}"
        for module, imports in product_files()
        for area in areas()
        if any(is_within(name, f"antiphon.areas.{area}.views") for name in imports)
        and not is_within(module, f"antiphon.areas.{area}")
        and not (is_within(module, "antiphon.areas") and module.split(".")[3:4] in (["internal"], ["views"]))
    ]
    assert_none(trespassers)


def test_background_entry_points_are_started_only_by_the_wiring() -> None:
    trespassers = [
        f"{module} imports the jobs of {area}"
        for module, imports in product_files()
        for area in areas()
        if any(is_within(name, f"antiphon.areas.{area}.jobs") for name in imports)
        and not is_within(module, f"antiphon.areas.{area}")
        and not is_within(module, "antiphon.bootstrap")
    ]
    assert_none(trespassers)


def test_every_area_has_its_place_its_door_and_its_readme() -> None:
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter", encoding="utf-8")
    order = rules["importlinter:contract:areas"]["layers"].split()
    assert areas()
    missing = []
    for area in areas():
        door = f"importlinter:contract:door_{area}"
        if area not in order:
            missing.append(f"{area} has no place (without parentheses) in the order of areas in .importlinter")
        if door not in rules or rules[door]["protected_modules"].split() != [f"antiphon.areas.{area}.internal"]:
            missing.append(f"{area} has no contract {door} in .importlinter")
        if not (SOURCE / "areas" / area / "README.md").exists():
            missing.append(f"areas/{area} has no README.md")
    assert_none(missing)


def test_no_wall_has_an_exception() -> None:
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter", encoding="utf-8")
    assert not [section for section in rules.sections() if rules[section].get("ignore_imports")]


def test_tests_do_not_reach_into_other_areas() -> None:
    """A test of an area may look inside that area; every other test uses the door, as the product does.

    What only sets the stage (a thousand songs without a scan) is no test.
    """
    trespassers = [
        f"{name_of(file)} imports {name}"
        for file in files("tests")
        if file.name.startswith("test_") and file.suffix == ".py"
        for name in imports_of(file)
        if name.startswith("antiphon.areas.")
        and name.split(".")[3:4] == ["internal"]
        and not name_of(file).startswith(f"tests/areas/{name.split('.')[2]}/")
    ]
    assert_none(trespassers)
