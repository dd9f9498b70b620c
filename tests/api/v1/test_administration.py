"""The record and a person's archive, over HTTP."""

import io
import json
import zipfile

from tests.api.house import House


async def test_the_record_is_for_admins(house: House) -> None:
    async with house.caller("reader") as reader, house.caller("boss", admin=True) as boss, house.door() as door:
        assert (await door.get("/api/v1/audit")).status_code == 401
        await reader.refused("GET", "/audit", 403)
        principal = await house.areas.accounts.access.authenticate(boss.token)
        await house.areas.accounts.people.set_roles(principal, reader.user["id"], ["artist"])
        listed = await boss.ask("GET", f"/api/v1/audit?user_id={reader.user['id']}&limit=1")
        assert listed["page"] == {"limit": 1, "offset": 0, "total": 1}
        (entry,) = listed["data"]
        assert (entry["action"], entry["actor"], entry["subject"]) == ("account.roles_set", "boss", "account")
        assert (entry["subject_id"], entry["subject_name"]) == (reader.user["id"], "reader")
        assert entry["details"] == {"roles": ["artist"]} and entry["at"].endswith("Z")
        assert (await boss.ask("GET", "/api/v1/audit?action=account.roles_set"))["page"]["total"] == 1
        assert (await boss.ask("GET", "/api/v1/audit?action=song"))["data"] == []
        await boss.refused("GET", "/audit?user_id=x", 422)
        await boss.refused("GET", "/audit?limit=-1", 422)
        await boss.refused("GET", f"/audit?action={'x' * 200}", 422)


async def test_an_archive_is_for_oneself_and_admins(house: House) -> None:
    async with house.caller("anna") as anna, house.caller("ben") as ben, house.caller("boss", admin=True) as boss:
        path = f"/api/v1/users/{anna.user['id']}/export"
        for caller in (anna, boss):
            answer = await caller.client.get(path)
            assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
            assert 'filename="antiphon-anna-' in answer.headers["content-disposition"]
            assert answer.headers["cache-control"] == "no-store"
            with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                account = json.loads(archive.read("accounts.json"))["account"]
            assert account["email"] == "anna@example.org"
        head = await anna.client.head(path)
        assert head.status_code == 200 and head.content == b""
        await ben.refused("GET", path.removeprefix("/api/v1"), 403)
        await ben.refused("GET", "/users/999999/export", 404)
        await ben.refused("GET", "/users/none/export", 404)
        key = (await anna.ask("POST", "/api/v1/auth/api-keys", 201, json={"name": "k", "scopes": ["read"]}))["data"]
        by_key = await anna.client.get(path, headers={"Authorization": f"Bearer {key['key']}"})
        assert by_key.status_code == 403
