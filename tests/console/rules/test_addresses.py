import pytest

from console.addresses import SERVICES, UnreadableAddresses, addresses, edges


def test_the_usual_addresses_hold_where_no_others_are_told() -> None:
    assert addresses(None) == SERVICES
    assert addresses('{"claims": "https://claims.example"}') == {**SERVICES, "claims": "https://claims.example"}


@pytest.mark.parametrize("told", ["claims=x", "[]", '"x"', '{"claims": 8103}', '{"clams": "https://x.example"}'])
def test_addresses_that_cannot_be_meant_are_refused(told: str) -> None:
    with pytest.raises(UnreadableAddresses):
        addresses(told)


def test_every_edge_leads_from_one_service_to_another() -> None:
    river = list(edges())

    assert len(river) == 7
    assert all(edge.announcer != edge.hearer for edge in river)
