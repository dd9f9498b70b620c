"""Bounds for the words of one song, whatever they are read from."""

#: Lines of synced lyrics that one song may have.
LINES_LIMIT = 10_000
#: Words with times of their own that one song may have.
WORDS_LIMIT = 50_000
#: Characters of lines that are said again at other times.
REPEATED_LIMIT = 1_000_000
#: Bytes of a lyrics file that are read.
FILE_LIMIT = 1 << 20
