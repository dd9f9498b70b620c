"""The services that other tests lean on are real and start empty."""

from pathlib import Path

import redis
from playwright.async_api import Page
from sqlalchemy import func, select

from antiphon.bootstrap.metadata import metadata
from antiphon.kernel.db import Database


async def test_a_database_has_every_table_and_no_rows(database: Database) -> None:
    async with database.engine.connect() as connection:
        for table in metadata.sorted_tables:
            assert (await connection.execute(select(func.count()).select_from(table))).scalar() == 0, table.name


def test_redis_answers_and_is_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()
        assert client.dbsize() == 0


async def test_chromium_renders_a_page(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<h1>before</h1><script>document.querySelector('h1').textContent = 'after'</script>")
    await page.goto(file.as_uri())
    assert await page.locator("h1").inner_text() == "after"
