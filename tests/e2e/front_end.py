"""A page as a front end that was written for one of the older backends has it: on a server of its own."""

from tests.services.stand_in import Call, Reply, StandIn

PAGE = b"""<!doctype html><html lang="en"><title>Front end</title><link rel="icon" href="data:,">
<input type="file" aria-label="Song"><audio controls></audio>"""


class FrontEnd(StandIn):
    """Serves one page with a field for a file and an audio element."""

    def answer(self, call: Call) -> Reply:
        """The page, whatever is asked for."""
        return Reply(200, PAGE, {"content-type": "text/html"})
