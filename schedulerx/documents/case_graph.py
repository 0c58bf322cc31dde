"""CASE and UCO graphs (JSON-LD): calls, messages, contacts and devices of forensic tools' reports.

Properties are read by their local names, whatever prefix a file gives the ontologies.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schedulerx.formats.epochs import iso_time
from schedulerx.model.phone import (
    ListedDevice,
    Party,
    PhoneCall,
    PhoneContact,
    PhoneItem,
    PhoneMessage,
    Spot,
)

_LIST = "@graph"
_ONTOLOGY = "unifiedcyberontology.org"
_MAX_DEPTH = 4  # of references: an account, its address, the address's value
_NUMBERS, _ADDRESSES = ("phoneNumber", "MSISDN"), ("addressValue", "emailAddress")
_NAMES = ("displayName", "contactName", "name")
_MACS = frozenset({"BluetoothAddressFacet", "WifiAddressFacet", "MACAddressFacet"})


def is_graph(document: Any) -> bool:
    """Whether the document is such a graph."""
    return (
        isinstance(document, dict)
        and isinstance(document.get(_LIST), list)
        and _ONTOLOGY in str(document.get("@context", ""))[:20_000]
    )


class Graph:
    """The graph's nodes, and who refers to whom by a relationship."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._nodes = [_Node(each) for each in document[_LIST] if isinstance(each, dict)]
        self._by_id = {node.name: node for node in self._nodes if node.name}
        self._beside: dict[str, list[str]] = {}
        for node in self._nodes:
            for source in node.references("source"):
                for target in node.references("target"):
                    self._beside.setdefault(source, []).append(target)
                    self._beside.setdefault(target, []).append(source)

    def items(self) -> Iterator[PhoneItem]:
        """Calls, messages and contacts."""
        for place, node in enumerate(self._nodes, 1):
            spot = Spot(table=_LIST, row_id=place)
            if node.has_facet("CallFacet"):
                yield self._call(spot, node)
            elif node.has_facet("MessageFacet"):
                yield self._message(spot, node)
            elif node.is_a("Contact") or node.is_a("Person"):
                yield self._contact(spot, node)

    def _call(self, spot: Spot, node: _Node) -> PhoneCall:
        sources, targets = self._parties(node, "from"), self._parties(node, "to")
        return PhoneCall(
            spot=spot,
            start=iso_time(node.value("startTime")),
            end=iso_time(node.value("endTime")),
            is_incoming=node.value("callType") == "incoming",
            others=targets if node.value("callType") != "incoming" else sources,
            owner=next(iter(sources), None),
            field="startTime",
        )

    def _message(self, spot: Spot, node: _Node) -> PhoneMessage:
        return PhoneMessage(
            spot=spot,
            sent=iso_time(node.value("sentTime") or node.value("receivedTime")),
            sender=next(iter(self._parties(node, "from")), None),
            recipients=self._parties(node, "to"),
            text=node.value("messageText"),
            field="sentTime",
        )

    def _contact(self, spot: Spot, node: _Node) -> PhoneContact:
        parts = (node.value(key) for key in ("givenName", "firstName", "familyName", "lastName"))
        full = " ".join(filter(None, parts))
        accounts = [node.name, *self._beside.get(node.name, ())]
        reached = list(dict.fromkeys(filter(None, (self._reached(each) for each in accounts))))
        return PhoneContact(
            spot=spot,
            name=full or next(filter(None, map(node.value, _NAMES)), None),
            phones=tuple(each for each in reached if "@" not in each),
            emails=tuple(each for each in reached if "@" in each),
        )

    def _parties(self, node: _Node, key: str) -> tuple[Party, ...]:
        found = (
            Party(address=self._reached(name), name=self._called(name))
            for name in node.references(key)
        )
        return tuple(party for party in found if party.address or party.name)

    def _called(self, name: str) -> str:
        node = self._by_id.get(name)
        return node.value("displayName") if node else ""

    def _reached(self, name: str, depth: int = 0) -> str:
        """The number or address that a node has, or that what it refers to has."""
        node = self._by_id.get(name)
        if node is None or depth > _MAX_DEPTH:
            return ""
        own = next(filter(None, map(node.value, _NUMBERS + _ADDRESSES)), "")
        identifier = node.value("accountIdentifier")
        further = (self._reached(each, depth + 1) for each in node.references("emailAddress"))
        return own or next(filter(None, further), "") or (identifier if "@" in identifier else "")

    def devices(self) -> Iterator[ListedDevice]:
        """Devices with the SIM cards and accounts beside them; those that lie beside none too."""
        taken: set[str] = set()
        for node in self._nodes:
            if node.has_facet("DeviceFacet") or node.has_facet("MobileDeviceFacet"):
                beside = [self._by_id[each] for each in self._beside.get(node.name, ())
                          if each in self._by_id]  # fmt: skip
                related = [each for each in beside if each.is_a("SIMCard", "MobileAccount")]
                taken.update(each.name for each in related)
                yield self._device(node, related)
        for node in self._nodes:
            if node.is_a("SIMCard", "MobileAccount") and node.name not in taken:
                yield self._device(node, [])

    def _device(self, node: _Node, related: list[_Node]) -> ListedDevice:
        held = [node, *related]
        imsis = [value for each in held for value in self._resolved(each, "IMSI")]
        return ListedDevice(
            place=node.name,
            imeis=tuple(node.values("IMEI")),
            imsis=tuple(dict.fromkeys(imsis)),
            iccids=tuple(value for each in held for value in each.values("ICCID")),
            serial=node.value("serialNumber") or None,
            macs=tuple(node.facet_values(_MACS, "addressValue")),
            phone_number=next(
                (value for each in held for key in _NUMBERS for value in each.values(key)), None
            ),
            label=self._label(node),
        )

    def _resolved(self, node: _Node, key: str) -> list[str]:
        """Values, and those of nodes referred to in their place."""
        named = (self._by_id[each] for each in node.references(key) if each in self._by_id)
        return node.values(key) + [value for each in named for value in each.values(key)]

    def _label(self, node: _Node) -> str | None:
        maker = next(iter(node.references("manufacturer")), "")
        known = self._by_id.get(maker)
        words = (known.value("name") if known else node.value("manufacturer"), node.value("model"))
        return " ".join(filter(None, words)) or None


class _Node:
    """One node: its own properties and those of its facets, by local names."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.name = str(written.get("@id", ""))
        self._types = set(map(_local, _several(written.get("@type"))))
        self._facets: list[tuple[set[str], dict[str, list[Any]]]] = [(set(), _properties(written))]
        for facet in self._facets[0][1].get("hasFacet", ()):
            if isinstance(facet, dict):
                kinds = set(map(_local, _several(facet.get("@type"))))
                self._facets.append((kinds, _properties(facet)))

    def is_a(self, *types: str) -> bool:
        return not self._types.isdisjoint(types)

    def has_facet(self, kind: str) -> bool:
        return any(kind in kinds for kinds, _ in self._facets)

    def values(self, key: str) -> list[str]:
        """The literal values of a property."""
        found = (value for _, held in self._facets for value in held.get(key, ()))
        return [text for text in map(_literal, found) if text]

    def value(self, key: str) -> str:
        return next(iter(self.values(key)), "")

    def facet_values(self, kinds: frozenset[str], key: str) -> Iterator[str]:
        for own, held in self._facets:
            if own & kinds:
                yield from filter(None, map(_literal, held.get(key, ())))

    def references(self, key: str) -> list[str]:
        """The nodes that a property refers to."""
        found = (value for _, held in self._facets for value in held.get(key, ()))
        return [str(value["@id"]) for value in found if isinstance(value, dict) and "@id" in value]


def _properties(written: dict[str, Any]) -> dict[str, list[Any]]:
    held: dict[str, list[Any]] = {}
    for key, value in written.items():
        if not key.startswith("@"):
            held.setdefault(_local(key), []).extend(_several(value))
    return held


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _local(name: Any) -> str:
    return str(name).rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@value")
    return value.strip() if isinstance(value, str) else ""
