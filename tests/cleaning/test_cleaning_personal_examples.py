"""The rule for personal data on labelled examples: what it must reach. The figures stand in docs/explanation/privacy.md."""

from tests.cleaning.personal_examples import examples, scores


def test_there_are_enough_examples_of_both_languages() -> None:
    rows = examples()
    assert len({(row["place"], row["text"]) for row in rows}) == len(rows) >= 200
    assert min(sum(row["language"] == one for row in rows) for one in ("de", "en")) >= 60


def test_precision_and_recall() -> None:
    found = scores().values()
    missed = [text for score in found for text in score.missed]
    mistaken = [text for score in found for text in score.mistaken]
    right = sum(score.found for score in found)
    print(f"precision {right / (right + len(mistaken)):.3f}, recall {right / (right + len(missed)):.3f}")
    assert right / (right + len(missed)) >= 0.9, missed
    assert right / (right + len(mistaken)) >= 0.98, mistaken
    assert all(score.recall >= 0.8 for score in found)
