"""The kinds of finding."""

from catalog.record.kinds import KINDS, PROFILES


def test_every_kind_counts_in_lists_as_what_it_is_in_one_of_the_profiles() -> None:
    for kind in KINDS.values():
        assert kind.worst in {kind.severity[name] for name in PROFILES} - {""}, kind.slug


def test_what_only_high_value_datasets_are_asked_is_no_graver_for_others() -> None:
    assert KINDS["dataset-hvd-category-missing"].worst == "error"
    assert KINDS["dataset-distribution-missing"].severity["hvd"] == "error"
    assert KINDS["dataset-distribution-missing"].worst == "warning"
