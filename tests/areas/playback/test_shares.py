"""The password of a share: guesses at it have to wait."""

from pathlib import Path

from antiphon.kernel.errors import Kind
from tests.areas.accounts.conftest import refusal
from tests.audio.maker import AudioMaker
from tests.feeds import podcast_stage


async def test_guesses_at_the_password_of_a_share_have_to_wait(
    tmp_path: Path, database_url: str, audio: AudioMaker
) -> None:
    async with podcast_stage(tmp_path, database_url, audio, with_music=True, RATE_LIMITS="on") as stage:
        anna, shares = await stage.person("anna"), stage.areas.playback.shares
        dawn = (await stage.songs(anna))["Dawn"]
        share = await shares.create(anna, [("song", dawn.id)], password="under the old oak")
        for place in range(4):
            guess = shares.unlock(share.token, f"guess number {place}", "192.0.2.1")
            await refusal(guess, Kind.WRONG_CREDENTIALS)
        late = await refusal(shares.unlock(share.token, "under the old oak", "192.0.2.2"), Kind.TOO_MANY_REQUESTS)
        assert late.retry_after and 0 < late.retry_after <= 20
        other = await shares.create(anna, [("song", dawn.id)], password="under the old oak")
        assert await shares.unlock(other.token, "under the old oak", "192.0.2.2")
