"""The traps that servers of the Subsonic API fall into, each with the tests that show how this one does not.

`module::test`, as in the files beside this one. The page docs/dialects/opensubsonic.md lists them.
"""

TRAPS: dict[str, tuple[str, ...]] = {
    "The extensions are told to anybody, before any sign-in.": ("sign_in::extensions_are_told_to_anybody",),
    "Every answer says `type`, `serverVersion` and `openSubsonic`, failures too.": (
        "sign_in::a_failure_still_tells_what_the_server_is",
        "traps::a_first_ping_with_made_up_credentials_learns_what_the_server_is",
        "every_endpoint::every_answer_is_as_described_and_the_same_in_xml_and_by_post",
        "every_endpoint::every_refusal_is_as_described_and_the_same_in_xml_and_by_post",
    ),
    "Tokens with salts of any length, upper-case digits, `p=` and `p=enc:`; bad hexadecimal digits are refused.": (
        "sign_in::every_way_to_say_an_app_password",
        "sign_in::wrong_sign_ins_have_their_codes",
    ),
    "A token beside an empty `p` is a token.": ("sign_in::every_way_to_say_an_app_password",),
    "A key beside other credentials is 43, a bad one 44, the account's own password 42.": (
        "sign_in::wrong_sign_ins_have_their_codes",
        "sign_in::the_accounts_own_password_never_signs_in",
        "sign_in::an_api_key_signs_in_alone_within_its_scopes",
    ),
    "Errors are 200 with an envelope, whatever the endpoint; unknown names too.": (
        "table::every_endpoint_answers_200_with_an_envelope_or_bytes",
        "table::what_is_not_there_yet_says_so",
    ),
    "An empty library is no error.": ("browsing::an_empty_library_is_no_error",),
    "Endpoints for bytes tell errors in words, never as a picture or as HTML.": (
        "media::what_cannot_be_sent_is_told_in_words",
        "every_endpoint::every_refusal_is_as_described_and_the_same_in_xml_and_by_post",
    ),
    "What has no cover, or one that may not be seen, has a pattern that nobody keeps; what is no id is 70.": (
        "media::what_has_no_cover_has_a_pattern_that_nobody_keeps",
        "media::what_may_not_be_seen_has_a_pattern_and_not_its_cover",
        "media::what_cannot_be_sent_is_told_in_words",
    ),
    "`size` scales a cover.": ("media::a_cover_is_scaled",),
    'A missing, an empty and a `""` query find everything.': ("lists::searching_for_nothing_finds_everything",),
    "A count of 0 is none; without a count it is twenty.": (
        "traps::a_count_of_zero_is_none",
        "traps::twenty_of_each_are_found_where_no_count_is_said",
    ),
    "Pages of a copy never lose or repeat a song.": (
        "lists::everything_is_copied_page_after_page",
        "lists::a_song_that_vanishes_shifts_none_out_of_a_copy",
    ),
    "An app that copies everything in pages of 500 then finds bookmarks, playlists, and genres with their names.": (
        "traps::an_app_that_copies_everything_finds_what_it_asks_for_next",
    ),
    "Ids of music folders that were given out are taken back; an unknown one is not everything.": (
        "traps::a_music_folder_is_taken_back_by_every_endpoint",
        "lists::a_library_that_is_not_there_has_nothing_in_it",
    ),
    "Ids are texts; `current` of a play queue too; songs and albums name the same artist.": (
        "traps::ids_are_texts_and_agree",
    ),
    "`getAlbum` takes the id of a song, `getCoverArt` that of a playlist and of any thing.": (
        "traps::ids_are_texts_and_agree",
        "media::a_cover_by_every_id_in_every_size",
        "playlists::a_playlist_has_the_cover_of_a_song",
    ),
    "Covers have an ETag, and an address that changes with the picture.": ("media::a_cover_by_every_id_in_every_size",),
    "`format=raw`, and a bit rate above the song's, give the file with ranges, 416 and HEAD.": (
        "transcoding::the_original_where_that_is_enough",
        "media::a_part_of_a_song",
        "media::head_tells_the_length",
    ),
    "What is made while it is heard says `Accept-Ranges: none`.": ("transcoding::a_song_in_another_form",),
    "An estimated length is kept to the byte.": ("transcoding::an_estimated_length_is_filled_up_and_never_too_short",),
    "Streaming counts as no play; `submission=false` says what plays; moments are milliseconds.": (
        "annotation::plays_count_by_scrobbling_and_not_by_streaming",
        "annotation::what_is_playing_counts_for_nothing",
    ),
    "An unknown format is the usual one; six channels become two in MP3.": (
        "transcoding::a_song_in_another_form",
        "traps::six_channels_become_two",
    ),
    "`createPlaylist` with an id replaces all songs and returns the playlist; without name and id it is 10.": (
        "playlists::creating_with_an_id_replaces_all_songs",
        "playlists::wrong_playlist_calls_are_refused",
    ),
    "`updatePlaylist` removes by the old positions, then adds.": (
        "playlists::songs_are_removed_by_their_old_positions_and_then_added",
    ),
    "Another's private playlist is 70, a public one 50, and one that may not be changed says `readonly`.": (
        "playlists::rights_are_told_by_code",
        "playlists::name_comment_and_publicity_are_changed",
    ),
    "Queues hold what apps put into them: episodes of podcasts too.": ("episodes::a_queue_holds_songs_and_episodes",),
    "Where nobody tells the language of words it is `xxx`; who does not ask for the new fields gets none of them.": (
        "browsing::lyrics_by_id_and_by_name",
        "lyrics::who_does_not_ask_for_word_times_gets_the_bytes_without_them",
    ),
    "`savePlayQueue` without a song clears; `current` is needed otherwise; an index outside is an error.": (
        "saved::queues_that_cannot_be",
        "saved::a_queue_is_handed_from_app_to_app",
    ),
    "A queue that was never saved is left out.": ("table::a_queue_that_was_never_saved_is_left_out",),
    "`ifModifiedSince` is in milliseconds; unchanged indexes tell only their date.": (
        "browsing::indexes_are_told_again_only_when_something_has_changed",
    ),
    "Folders say that they are folders.": (
        "browsing::folders_lead_from_the_library_to_the_songs",
        "lists::album_folders_have_what_strict_readers_want",
    ),
    "What OpenSubsonic adds is always there; lists stay lists with one element.": (
        "browsing::a_song_tells_what_it_is",
        "lists::one_song_is_still_a_list",
    ),
    "`DSub` speaks 1.2.0, POSTs and `enc:`, and gets the old fields only.": (
        "formats::an_old_client_gets_the_old_fields_in_xml",
        "sign_in::versions_that_apps_say_are_taken",
    ),
    "Scanning is for admins and tells how far it is; `getUser` shows others to admins only.": (
        "table::scanning_is_for_admins",
        "table::own_account_and_only_that",
    ),
    "`.view`, XML where nothing is asked for, JSONP with a name alone.": (
        "formats::a_path_may_end_in_view",
        "formats::xml_is_what_one_gets_without_asking",
        "formats::jsonp_calls_back_a_name_and_nothing_else",
    ),
    "A rating of 0 takes it away; `star` takes songs, albums and artists, many at once.": (
        "annotation::ratings_are_given_changed_and_taken_away",
        "annotation::stars_come_and_go_for_everything",
        "annotation::four_hundred_stars_in_one_form",
    ),
    "The list of endpoints is compared with the specification's.": (
        "table::the_table_has_every_endpoint_of_the_description",
    ),
    "GET and POST say the same; half a call may stand in each; a form may ask for bytes.": (
        "every_endpoint::every_answer_is_as_described_and_the_same_in_xml_and_by_post",
        "every_endpoint::every_refusal_is_as_described_and_the_same_in_xml_and_by_post",
        "formats::query_and_form_count_together",
        "traps::bytes_are_asked_for_by_form_too",
    ),
    "HEAD and DELETE are taken.": (
        "playlists::a_playlist_is_deleted_also_by_the_method_delete",
        "traps::bytes_are_asked_for_by_form_too",
    ),
    "Booleans in any case, a hundred ids in one address, names of lists with brackets.": (
        "traps::words_as_apps_write_them",
    ),
    "Strict readers find every field without which they give up.": (
        "traps::strict_readers_find_what_they_insist_on",
        "lists::album_folders_have_what_strict_readers_want",
        "annotation::what_is_playing_counts_for_nothing",
        "podcasts::channels_and_their_episodes",
    ),
    "Any origin may read every answer, bytes and errors too.": ("formats::every_answer_may_be_read_from_any_origin",),
    "Letters of every alphabet are found whatever their case.": (
        "lists::songs_are_found_whatever_their_case_and_accents",
        "traps::twenty_of_each_are_found_where_no_count_is_said",
    ),
    "The jukebox says `gain`, as the documents do and the clients read it.": (
        "jukebox::songs_are_heard_one_after_the_other",
    ),
    "There are no videos, and asking for them breaks nothing.": ("traps::there_are_no_videos",),
    "Whatever is asked, with whatever values, is answered in an envelope.": ("fuzz::no_parameter_breaks_an_endpoint",),
    "Who reads a byte a second gets every byte, and keeps nobody else waiting.": (
        "clients::who_reads_slowly_gets_everything",
    ),
}
