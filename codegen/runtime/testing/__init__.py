"""What tests of your own programs need: stand-ins for the API, recordings of it, and strategies.

A sandbox is a small Klaviyo, and a small Maton, in memory. Around it, or around httpx, a recorder keeps
what was sent and answered, without credentials:

    >>> from klaviyo_maton import Direct, Klaviyo, dump, load, models, testing
    >>> from klaviyo_maton.v2026_01_15.revision import REVISION
    >>> recorder = testing.Recorder(testing.Sandbox(REVISION).transport())
    >>> klaviyo = Klaviyo(Direct(testing.API_KEY), http_client=recorder)
    >>> ada = klaviyo.profiles.create(email="ada@example.com", first_name="Ada")
    >>> recorder.recording.save("ada.json")

A recording answers what was recorded, whatever the key and the host:

    >>> replay = testing.Recording.load("ada.json").replay()
    >>> klaviyo = Klaviyo(Direct("pk_another_key"), http_client=replay)
    >>> klaviyo.profiles.create(email="ada@example.com", first_name="Ada") == ada
    True

Strategies of Hypothesis draw what clients give, and what their methods take:

    >>> from hypothesis import given
    >>> def greeting(profile):
    ...     return f"Dear {profile.first_name or 'customer'}"
    >>> @given(testing.strategies.from_model(models.Profile))
    ... def test_everybody_is_greeted(profile):
    ...     assert greeting(profile) not in {"Dear ", "Dear None"}
    >>> test_everybody_is_greeted()

    >>> @given(testing.strategies.from_operation(Klaviyo, "create_profile"))
    ... def test_every_profile_is_created(arguments):
    ...     transport = testing.Sandbox(REVISION).transport()
    ...     created = Klaviyo(Direct(testing.API_KEY), http_client=transport).profiles.create(**arguments)
    ...     assert created.email == arguments.get("email")
    >>> test_every_profile_is_created()
"""

from __future__ import annotations

from ..sandbox import API_KEY, MATON_KEY, Sandbox, serve
from ..transport import InMemory
from . import strategies
from .masking import Exchange
from .recorder import Recorder
from .recording import Recording

__all__ = [
    "API_KEY",
    "MATON_KEY",
    "Exchange",
    "InMemory",
    "Recorder",
    "Recording",
    "Sandbox",
    "serve",
    "strategies",
]
