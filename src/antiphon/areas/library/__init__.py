"""Songs, albums, artists, genres: what music there is, and what each person thinks of it."""
