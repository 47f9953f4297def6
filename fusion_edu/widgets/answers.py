"""The learner's predictions, quiz results, visits and track: kept on this computer, and never in the way of a lesson."""

from typing import Any

from fusion_edu import storage

Record = dict[str, Any]  # the file is the learner's: anything may be in it


def load(book: str) -> dict[str, Record]:
    """All records of "predictions", "quizzes", "visits" or "track"; whatever is damaged counts as not there."""
    records = storage.read_json(storage.home() / f"{book}.json", {})
    return {key: record for key, record in records.items() if isinstance(record, dict)}


def save(book: str, key: str, record: Record) -> str:
    """Store one record; gives "" or a sentence that says why it could not be stored."""
    try:
        storage.write_json(storage.home() / f"{book}.json", load(book) | {key: record})
    except OSError as error:
        return f"Not stored: {error}"
    return ""
