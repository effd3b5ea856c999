"""Tags of what is read, and the conditions that name them (RFC 9110, 8.8.3 and 13).

A tag is `"7-3f2a…"`: the version of the thing, which a write is held against, and a hash of every byte of the answer,
so that it is strong. What has no version has the hash alone; a write answers with the version alone.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from common.web.problems import Problem

ELEMENT = re.compile(r'[ \t]*(?:(?P<weak>W/)?(?P<tag>"[!#-~\x80-\xff]*")|(?P<bare>[0-9]{1,18}))?[ \t]*(?:,|$)')
"""One of a list, which may have empty places (RFC 9110, 5.6.1.2); a number may be without its quotes."""
VERSION = re.compile(r'"([0-9]{1,18})(?:-[0-9a-f]+(?:-gzip)?)?"')
EVERY_VERSION = range(1, 2**63)
"""Of something that is there: before its first, a thing is at version 0."""
HASH_BYTES = 16


class UnreadableCondition(Problem):
    """`If-Match` or `If-None-Match` is neither `*` nor a list of tags."""

    status, type, title = 400, "unreadable-condition", "The condition cannot be read"
    remedy = "Send `*`, or an `ETag` as it was given to you."


@dataclass(frozen=True, slots=True)
class Condition:
    """What `If-Match` or `If-None-Match` names: all there is, or tags; weak ones, with `W/`, are only the same to a
    read."""

    all: bool
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()

    @property
    def versions(self) -> Container[int]:
        """Of which the thing must have one before it is changed."""
        if self.all:
            return EVERY_VERSION
        return frozenset(int(match[1]) for tag in self.strong if (match := VERSION.fullmatch(tag)))

    def names(self, tag: str) -> bool:
        """Whether it is this one, or of its version, to the byte or not (8.8.3.2, strong)."""
        match = VERSION.fullmatch(tag)
        return tag in self.strong or (match is not None and int(match[1]) in self.versions) or self.all

    def names_weakly(self, tag: str) -> bool:
        """Whether it is this one, be it said to be weak or not: it is only read."""
        return self.all or tag in self.strong | self.weak


def condition(header: str, lines: Sequence[str]) -> Condition | None:
    """What a header says, in however many lines; none where it is not sent.

    Raises:
        UnreadableCondition: it says neither `*` nor tags.
    """
    if not lines:
        return None
    line = ", ".join(lines).strip(" \t")
    if line == "*":
        return Condition(all=True)
    strong, weak, at = set[str](), set[str](), 0
    while at < len(line):
        if (element := ELEMENT.match(line, at)) is None:
            break
        at = element.end()
        if tag := element["tag"] or (element["bare"] and f'"{element["bare"]}"'):
            (weak if element["weak"] else strong).add(tag)
    if at < len(line) or not strong | weak:
        raise UnreadableCondition(f'`{header}` must be `*`, or the `ETag` you were given, such as "3".')
    return Condition(all=False, strong=frozenset(strong), weak=frozenset(weak))


def tag_of(version: int) -> str:
    """The tag of a thing just written: its version, to be named when it is written again."""
    return f'"{version}"'


def tag_of_bytes(tag: str | None, body: bytes) -> str:
    """The tag of what is read: of what its route told of it, the version, and every byte."""
    match = VERSION.fullmatch(tag or "")
    digest = blake2b(body, digest_size=HASH_BYTES).hexdigest()
    return f'"{match[1]}-{digest}"' if match else f'"{digest}"'


def gzipped(tag: str) -> str:
    """The tag of the same, compressed: other bytes, so another tag."""
    return f'{tag[:-1]}-gzip"'
