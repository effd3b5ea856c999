import pytest

from case_management.domain.visibility import Viewer, sight_of_documents, sight_of_notes


def at_provider(*roles: str, shareable_only: bool = False) -> Viewer:
    return Viewer(frozenset(roles), at_provider=True, shareable_only=shareable_only)


def elsewhere(*roles: str) -> Viewer:
    return Viewer(frozenset(roles), at_provider=False)


@pytest.mark.parametrize(
    ("viewer", "restricted", "notes", "documents"),
    [
        (at_provider("caseworker"), True, "everything", "everything"),
        (at_provider("caseworker", shareable_only=True), True, "shareable", "shareable"),
        (at_provider("contracts-officer"), False, "cited", "everything"),
        (elsewhere("prime-manager"), True, "everything", "everything"),
        (elsewhere("prime-manager", "hub"), True, "everything", "everything"),
        (elsewhere("hub"), False, "everything", "everything"),
        (elsewhere("hub"), True, "shareable", "shareable"),
        (elsewhere("council-verifier"), False, "cited", "cited"),
        (elsewhere("caseworker"), False, "cited", "cited"),
    ],
)
def test_who_sees_what_of_a_case(viewer: Viewer, restricted: bool, notes: str, documents: str) -> None:
    assert (sight_of_notes(viewer, restricted), sight_of_documents(viewer, restricted)) == (notes, documents)
