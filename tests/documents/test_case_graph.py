from __future__ import annotations

from typing import Any

from schedulerx.documents.case_graph import Graph, is_graph
from schedulerx.model.phone import Party, PhoneCall, PhoneContact, PhoneMessage

CONTEXT = {"o": "https://ontology.unifiedcyberontology.org/uco/observable/"}


def node(name: str, kind: str, **facets: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": name,
        "@type": f"o:{kind}",
        "core:hasFacet": [
            {"@type": f"o:{facet}", **{f"o:{key}": value for key, value in held.items()}}
            for facet, held in facets.items()
        ],
    }


def beside(source: str, target: str) -> dict[str, Any]:
    return {"@id": f"{source}-{target}", "core:source": {"@id": source},
            "core:target": [{"@id": target}]}  # fmt: skip


def graph(*nodes: dict[str, Any]) -> Graph:
    document = {"@context": CONTEXT, "@graph": list(nodes)}
    assert is_graph(document)
    return Graph(document)


PHONE = node("a", "PhoneAccount", PhoneAccountFacet={"phoneNumber": "5550100200"})
OTHER = node("b", "PhoneAccount", PhoneAccountFacet={"phoneNumber": "5550100300"})


def test_calls_and_messages_name_the_numbers_of_the_accounts_they_refer_to() -> None:
    time = {"@type": "xsd:dateTime", "@value": "2010-01-15T17:59:43Z"}
    call = {"callType": "outgoing", "startTime": time, "from": {"@id": "a"}, "to": [{"@id": "b"}]}
    message = {"messageText": "hi", "from": {"@id": "b"}, "to": {"@id": "a"}, "sentTime": time}
    made = graph(
        PHONE, OTHER, node("c", "Call", CallFacet=call),
        node("m", "SMSMessage", MessageFacet=message),
    )  # fmt: skip
    first, second = made.items()
    assert isinstance(first, PhoneCall)
    assert (first.start, first.owner) == ("2010-01-15T17:59:43+00:00", Party(address="5550100200"))
    assert (first.others, first.spot.row_id) == ((Party(address="5550100300"),), 3)
    assert isinstance(second, PhoneMessage)
    assert (second.sender, second.text) == (Party(address="5550100300"), "hi")


def test_a_person_has_the_accounts_it_is_linked_to() -> None:
    person = node("p", "Person", SimpleNameFacet={"givenName": "Ada", "familyName": "Example"})
    mail = node("e", "EmailAccount", EmailAccountFacet={"emailAddress": {"@id": "v"}})
    value = node("v", "EmailAddress", EmailAddressFacet={"addressValue": "ada@example.com"})
    made = graph(person, PHONE, mail, value, beside("p", "a"), beside("p", "e"))
    (contact,) = made.items()
    assert isinstance(contact, PhoneContact)
    assert contact.name == "Ada Example"
    assert (contact.phones, contact.emails) == (("5550100200",), ("ada@example.com",))


def test_a_device_has_the_card_within_it() -> None:
    device = node(
        "d", "Device", DeviceFacet={"model": "X1", "serialNumber": "RF8H31GS5SF"},
        MobileDeviceFacet={"IMEI": "356420075722843"},
        WifiAddressFacet={"addressValue": "AC:5F:3E:73:E3:78"},
    )  # fmt: skip
    card = node("s", "SIMCard", SIMCardFacet={"ICCID": "89390100002217635543"})
    (found,) = graph(device, card, beside("s", "d")).devices()
    assert (found.imeis, found.iccids) == (("356420075722843",), ("89390100002217635543",))
    assert (found.macs, found.serial) == (("AC:5F:3E:73:E3:78",), "RF8H31GS5SF")


def test_references_in_a_circle_end() -> None:
    one = node("x", "EmailAccount", EmailAccountFacet={"emailAddress": {"@id": "x"}})
    person = node("p", "Person", SimpleNameFacet={"givenName": "Ada"})
    (contact,) = graph(one, person, beside("p", "x")).items()
    assert isinstance(contact, PhoneContact)
    assert contact.emails == ()
