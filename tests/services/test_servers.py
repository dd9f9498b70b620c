"""The product runs as a process and inside a test, and tests reach it both ways."""

import httpx2
import pytest

from tests.services.server import Server, ServerFactory

pytestmark = pytest.mark.server


async def test_the_product_inside_the_test_answers(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/health/ready")
    assert answer.status_code == 200
    assert answer.json()["success"] is True


async def test_a_started_server_answers_and_commands_run_beside_it(every_server: Server) -> None:
    made = every_server.run(
        *("admin", "create", "--email", "ada@example.org", "--username", "ada", "--password-stdin"),
        stdin="a long enough password\n",
    )
    assert "ada" in made.stdout
    async with httpx2.AsyncClient(base_url=every_server.base_url) as client:
        answer = await client.post("/login", json={"username": "ada", "password": "a long enough password"})
        assert answer.status_code == 200
        assert "admin" in answer.json()["user"]["roles"]


async def test_a_server_keeps_its_data_over_a_restart_and_ends_when_asked(servers: ServerFactory) -> None:
    server = servers.embedded(with_worker=False)
    body = {"username": "bob", "email": "bob@example.org", "password": "a long enough password"}
    async with httpx2.AsyncClient(base_url=server.base_url) as client:
        assert (await client.post("/register", json=body)).status_code == 201
    server.restart()
    async with httpx2.AsyncClient(base_url=server.base_url) as client:
        assert (await client.post("/login", json=body)).status_code == 200
    assert server.stop() == 0
