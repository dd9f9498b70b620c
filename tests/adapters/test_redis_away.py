"""A Redis that is away is told once a minute, with what to do, however much is asked of it."""

import pytest

from antiphon.adapters.cache import redis as cache_module
from antiphon.adapters.cache.redis import RedisCache
from antiphon.adapters.pubsub.redis import RedisPubSub
from tests.services.programs import free_port


async def test_it_is_told_once_and_with_what_to_do(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "REST_SECONDS", 0.0)
    url = f"redis://127.0.0.1:{free_port()}/0"
    cache, news = RedisCache(url), RedisPubSub(url)
    for number in range(4):
        assert await cache.get(f"name {number}") is None
        await news.publish("topic", {"number": number})
    await news.close()
    await cache.close()
    told = [record.getMessage() for record in caplog.records if record.name.startswith("antiphon.adapters")]
    assert len(told) == 2, told
    assert all("check REDIS_URL" in line for line in told)
