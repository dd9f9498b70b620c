"""All tables of all areas, for migrations and the check that they fit the models."""

import antiphon.areas.accounts.internal.tables
import antiphon.areas.administration.internal.tables
import antiphon.areas.broadcasts.internal.tables
import antiphon.areas.library.internal.exporting.tables
import antiphon.areas.library.internal.sound.tables
import antiphon.areas.library.internal.tables
import antiphon.areas.library.internal.uploading.tables
import antiphon.areas.playback.internal.tables
import antiphon.areas.playlists.internal.tables
import antiphon.areas.social.internal.tables
import antiphon.kernel.jobs.tables
import antiphon.kernel.settings.tables  # noqa: F401 - each import registers its tables
from antiphon.kernel.db import metadata

__all__ = ["metadata"]
