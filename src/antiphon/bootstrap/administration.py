"""What looks after all other areas, wired over them."""

from antiphon.areas.accounts.api import Accounts
from antiphon.areas.administration.api import Administration
from antiphon.areas.library.api import Library
from antiphon.areas.playlists.api import Playlists
from antiphon.areas.social.api import Social
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.personal import PersonalData


def wire_administration(
    database: Database,
    clock: Clock,
    accounts: Accounts,
    library: Library,
    playlists: Playlists,
    social: Social,
    personal: PersonalData,
) -> Administration:
    """The area, whose own rows of a person are exported and erased last."""
    administration = Administration(
        database=database,
        clock=clock,
        accounts=accounts,
        library=library,
        playlists=playlists,
        social=social,
        personal=personal,
    )
    personal.register("administration", administration.export_personal, administration.erase_personal)
    return administration
