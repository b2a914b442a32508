"""How hard the property tests of this room try: a loaded machine is no failure."""

from hypothesis import settings

settings.register_profile("meetings", deadline=None, max_examples=60)
settings.load_profile("meetings")
