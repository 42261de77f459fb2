"""Scripts of trouble: what a server, or the way there, answers one request after the other."""

from __future__ import annotations

from attrs import frozen
from hypothesis import strategies as st

from klaviyo_maton import Reply
from tests.runtime.trouble import DATE, RETRY_AFTER, STATUSES


@frozen
class Broken:
    """No answer comes out; ``sent`` as in `TransportFailed`."""

    sent: bool | None
    slow: bool


@frozen
class Answered:
    """An answer of some status, that may say how many seconds to wait (None: it does not)."""

    status: int
    headers: dict[str, str]
    wait: float | None
    truncated: bool = False

    def reply(self, success: Reply) -> Reply:
        """Make the answer of what the operation promises."""
        if not self.is_success:
            body = f'{{"errors": [{{"id": "e1", "status": {self.status}, "detail": "No."}}]}}'
            return Reply(self.status, self.headers, body.encode())
        return Reply(self.status, self.headers, success.body[:-1] if self.truncated else success.body)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


Step = Broken | Answered


def from_trouble(*, max_size: int = 5) -> st.SearchStrategy[list[Step]]:
    """Scripts with every kind of failure, many statuses, all forms of Retry-After, and cut off JSON."""
    broken = st.builds(Broken, st.sampled_from([False, None, True]), st.booleans())
    answered = st.builds(
        _answered, st.sampled_from(STATUSES), st.sampled_from(sorted(RETRY_AFTER)), st.booleans()
    )
    passing = st.builds(
        _answered,
        st.sampled_from([429, 502, 503, 504, 520, 521, 522, 523, 524]),
        st.sampled_from(["", "0", "1", "2.5"]),
        st.just(value=False),
    )
    return st.lists(broken | answered | passing, max_size=max_size)


def _answered(status: int, text: str, truncated: bool) -> Answered:
    headers = {"Date": DATE} | ({"Retry-After": text} if text else {})
    return Answered(status, headers, RETRY_AFTER[text], truncated)
