"""`python -m antiphon` is the `antiphon` command."""

from antiphon.bootstrap.entry import main

if __name__ == "__main__":
    main()
