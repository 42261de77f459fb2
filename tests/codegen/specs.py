"""Tiny specs for tests: a minimal one that is right, and a way to write it down with some files changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SPEC = Path(__file__).parents[2] / "spec"
OLD = "2024-10-15"
NEW = "2026-01-15"

KLAVIYO = """\
title: Klaviyo
summary: Marketing data of one account.
server: https://a.klaviyo.com
revisions:
  2024-10-15: {deprecated: 2025-10-15, retired: 2026-10-15, committed: true}
  2026-01-15: {deprecated: 2027-01-15, retired: 2028-01-15, committed: true, default: true}
tiers:
  S: 3/s 60/m
  L: {by-revision: {2024-10-15: 75/s 700/m, 2026-01-15: 75/s 750/m}}
envelope:
  links:
    many: [self, first, last, prev, next]
    identifiers: {by-revision: {2026-01-15: [self, first, last, prev, next]}}
    one: {by-revision: {2026-01-15: [self]}}
  linkage: {get: included, write: all}
  included-relationships: false
  sparse-fields: [get]
"""

MATON = """\
title: Maton
summary: A gateway that holds connections.
server: https://api.maton.ai
app: klaviyo
types:
  Connection:
    summary: The authorisation of one account.
    properties:
      connection_id: string
      url: {type: string, secret: true}
operations:
  list:
    get: /connections
    summary: Lists the connections.
    parameters:
      app?: string
    answer: {member: connections, items: Connection}
  get:
    get: /connections/{id}
    summary: Reads one connection.
    answer: {member: connection, type: Connection}
  delete:
    delete: /connections/{id}
    summary: Ends a connection.
    answer: none
    status: [200, 204]
"""

PROFILES = """\
title: Profiles
summary: The people of an account.
resources:
  profile:
    summary: One person.
    id: optional
    attributes:
      email?: {type: string, write: [create, update], summary: The address.}
      _kx?: {type: string, since: 2026-01-15}
      created: date-time
      location?: {type: Location, write: [create, update]}
      properties?: {type: object, write: [create, update], example: '{"tier": "gold"}'}
      subscribed?: {type: boolean, on: primary, additional: true}
    relationships:
      lists: {many: list}
  list:
    summary: People who subscribed.
    attributes:
      name: {type: string, write: [create!, update!]}
      state: {type: State}
    relationships:
      profiles: {many: profile, write: create}
types:
  Location:
    summary: A place.
    properties:
      city?: string
      latitude?: {oneOf: [string, number]}
      tags~: {items: Tag}
  Tag:
    summary: A word on a place.
    properties:
      word: string
  State: {enum: [open, {value: closed, since: 2026-01-15}]}
forms:
  ImportedProfile:
    summary: A profile to import.
    resource: profile
    id: optional
    attributes:
      email:
      anonymous_id?: string
operations:
  list:
    id: get_profiles
    get: /api/profiles
    summary: Lists the profiles.
    scopes: [profiles:read]
    limit: L
    pages: {default: 20, maximum: 100}
    filter: {email: string any equals, created: date-time greater-than less-than}
    include: [{value: lists, since: 2026-01-15}]
    sort: [created, email]
  get:
    id: get_profile
    get: /api/profiles/{id}
    summary: Reads one profile.
    scopes: [profiles:read]
    limit: L
    include: [lists]
  create:
    id: create_profile
    post: /api/profiles
    summary: Creates a profile.
    scopes: [profiles:write]
    limit: L
  update:
    id: update_profile
    patch: /api/profiles/{id}
    summary: Changes a profile.
    scopes: [profiles:write]
    limit: L
  delete:
    id: delete_profile
    delete: /api/profiles/{id}
    summary: Deletes a profile.
    scopes: [profiles:write]
    limit: S
  import_many:
    id: bulk_import_profiles
    post: /api/profile-bulk-import-jobs
    summary: Imports profiles.
    scopes: [profiles:write]
    limit: S
    body: {resource: profile-bulk-import-job, attributes: {profiles: {resources: ImportedProfile}}}
    answer: none
    status: 202
  list_ids:
    id: get_list_ids_for_profile
    get: /api/profiles/{id}/relationships/lists
    summary: Lists the ids of the lists of a profile.
    scopes: [profiles:read]
    limit: S
    answer: {ids: list}
  add_lists:
    id: add_lists_to_profile
    post: /api/profiles/{id}/relationships/lists
    summary: Puts a profile on lists.
    scopes: [profiles:write]
    limit: S
    identifiers: {many: list}
"""

MINIMAL: Mapping[str, str] = {
    "klaviyo.yaml": KLAVIYO,
    "maton.yaml": MATON,
    "resources/profiles.yaml": PROFILES,
}


def write_spec(directory: Path, files: Mapping[str, str] | None = None) -> Path:
    """Write the minimal spec with some files added or replaced; return the directory of the spec."""
    spec = directory / "spec"
    for name, text in {**MINIMAL, **(files or {})}.items():
        path = spec / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return spec
