from hypothesis import settings

# The same examples in every run; `--hypothesis-profile=explore` draws new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("explore", deadline=None, derandomize=False, print_blob=True)
settings.load_profile("repeatable")
