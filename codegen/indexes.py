"""The lazy packages: which public name stands in which module."""

from __future__ import annotations

from . import ir, models

RUNTIME_NAMES = {
    "answer": ["Answer", "RateLimitState", "answer_of"],
    "connection": ["Bearer", "Direct", "Maton"],
    "errors": [
        "ApiError",
        "ArgumentError",
        "BadRequest",
        "Challenge",
        "ClientClosed",
        "Conflict",
        "CredentialMissing",
        "CursorLoop",
        "DailyQuotaExceeded",
        "ErrorObject",
        "Forbidden",
        "GatewayError",
        "Gone",
        "JobFailed",
        "KlaviyoError",
        "NotFound",
        "NotIncluded",
        "PolicyRefused",
        "RateLimited",
        "RevisionWarning",
        "ServerError",
        "Timeout",
        "TransportFailed",
        "Unauthorized",
        "Undecodable",
        "UnknownFilter",
        "WebhookRejected",
    ],
    "events": ["Answered", "CallEvent", "GaveUp", "Retrying", "Sending", "Waiting"],
    "filters": ["Filter"],
    "filter_grammar": ["parse"],
    "lazy": ["preload"],
    "misfit": ["Misfit", "misfits", "unknown_members"],
    "model": ["dump", "is_set", "load"],
    "pages": ["AsyncPages", "Page", "Pages", "next_cursor"],
    "queries": ["Raw"],
    "secret": ["Secret"],
    "transport": ["AsyncTransport", "InMemory", "Reply", "Request", "Timeouts", "Transport"],
    "unset": ["UNSET", "UnsetType"],
    "version": ["__version__"],
}
"""The public names of the runtime, by module."""


FACADES = ("testing", "webhooks")
"""Parts of the runtime that are packages of their own beside the clients, by what ``__all__`` names."""


def top(folder: str) -> dict[str, str]:
    """The names of the import package itself: the runtime's, and those of the default revision."""
    names = {name: f".runtime.{module}" for module, found in RUNTIME_NAMES.items() for name in found}
    names |= {"AsyncMatonConnections": ".connections.client", "MatonConnections": ".connections.client"}
    names |= {"AsyncKlaviyo": f".{folder}.client", "Klaviyo": f".{folder}.client"}
    names |= {"filters": f".{folder}.filters", "models": f".{folder}.models", "webhooks": ".webhooks"}
    return dict(sorted(names.items()))


def revision() -> dict[str, str]:
    """The names of one revision's package."""
    folders = {name: f".{name}" for name in ("aio", "filters", "models", "operations", "sync")}
    return {"AsyncKlaviyo": ".client", "Klaviyo": ".client", **folders}


def families(api: ir.Api) -> dict[str, str]:
    """The modules that every family has."""
    return {family.name: f".{family.name}" for family in api.families}


CONNECTIONS = {
    "AsyncMatonConnections": ".client",
    "MatonConnections": ".client",
    "aio": ".aio",
    "models": ".models",
    "operations": ".operations",
    "sync": ".sync",
}
"""The names of the package of the gateway's own API."""


def filters(api: ir.Api) -> dict[str, str]:
    """The modules of filters, a family each."""
    found = [f.name for f in api.families if any(operation.filtering for operation in f.operations)]
    return {name: f".{name}" for name in sorted(found)}


def model_names(api: ir.Api) -> dict[str, str]:
    """The model classes of one revision, and the modules they stand in, which import one another."""
    homes = models.class_modules(api)
    modules = {module: f".{module}" for module in homes.values()}
    return dict(sorted({**modules, **{name: f".{module}" for name, module in homes.items()}}.items()))
