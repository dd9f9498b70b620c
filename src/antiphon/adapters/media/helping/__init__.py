"""Helper processes that open the files of strangers, or do what needs more memory than this process should keep."""
