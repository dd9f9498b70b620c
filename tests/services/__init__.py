"""Fixtures that hand real servers to tests: PostgreSQL, Redis, Chromium, and the product's own program.

Each service is the machine's own program where there is one, else the one that the test lock brings as a wheel.
Where neither can be had, the test fails in CI and is skipped with the reason on a developer's machine.
"""
