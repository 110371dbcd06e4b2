"""What every refusal must look like."""

MEMBERS = {"type", "title", "status", "detail", "code", "message", "description", "id"}


def assert_problem(answer, status, *words):
    """A problem document with that status whose message says all of `words`."""
    wanted = (status,) if isinstance(status, int) else status
    where = f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:600]}"
    assert answer.status_code in wanted, where
    assert answer.headers["Content-Type"].startswith("application/problem+json"), where
    document = answer.json()
    assert MEMBERS <= document.keys(), where
    assert document["status"] == answer.status_code, where
    for word in words:
        assert str(word).lower() in document["message"].lower(), f"'{word}' is not in the message of {where}"
    return document
