"""What people are shown is plain English: short sentences, no names of variables, no codes of ours."""

import importlib.util
import re
from typing import Any

SPEC = importlib.util.spec_from_file_location("words", "docs/words.py")
assert SPEC is not None
assert SPEC.loader is not None
words: Any = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(words)

MOST_WORDS = 25
"""In one sentence, as the Government Digital Service advises."""
AS_TYPED = re.compile(r"`[^`]*`|\[[^]]*\]|(GET|POST|PUT) /v1/\S+|--?[a-z-]+|\bdocs/\S+")
NEVER_SHOWN = re.compile(r"\b([a-z]+_[a-z_]+|BR-[A-Z]\d+|[USA]-\d+|anew|aught|naught|hitherto|thereof)\b")


def test_a_sentence_is_short_and_says_nothing_that_only_we_understand() -> None:
    told = [(saying, text) for folder in words.SPEAKERS for saying in words.sayings(words.ROOT / folder)
            for text in saying.texts]  # fmt: skip
    unfit = [
        f"{saying.path.name}:{saying.line} {text}"
        for saying, text in told
        if NEVER_SHOWN.search(said := AS_TYPED.sub("it", text))
        or any(len(sentence.split()) > MOST_WORDS for sentence in re.split(r"[.?:;] ", said))
    ]

    assert len(told) > 500
    assert unfit == []


def test_the_page_has_what_every_service_says() -> None:
    page = words.words_page()

    assert all(f"\n## {title}\n" in page for title in words.SPEAKERS.values())
    assert "Ask somebody else to decide." in page
