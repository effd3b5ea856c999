"""Tables where there is little room: no word is ever cut, so that an id can be copied and a number read."""

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text


class FittingTable(Table):
    """A table that is shown as a paragraph for each row where a word in it would have to be cut."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = list(zip(*([_text(cell) for cell in column.cells] for column in self.columns), strict=True))
        heads = [_text(column.header) for column in self.columns]
        words = {word for row in (heads, *rows) for cell in row for word in cell.plain.split()}
        parts = list(super().__rich_console__(console, options))
        text = "".join(part.text for part in parts if isinstance(part, Segment))
        yield from parts if words <= set(text.split()) else self._paragraphs(heads, rows)

    def _paragraphs(self, heads: Sequence[Text], rows: Sequence[Sequence[Text]]) -> Iterator[RenderableType]:
        """The first cell of each row, and below it the others after their columns' names; what is empty is left out."""
        if self.title:
            yield Text(str(self.title), style="bold")
        for (first, *rest), row in zip(rows, self.rows, strict=True):
            pairs = zip(heads[1:], rest, strict=True)
            sentence = ", ".join(f"{head.plain.lower()} {cell.plain}".strip() for head, cell in pairs if cell.plain)
            yield Text(first.plain, style=row.style or "", overflow="fold")
            yield Padding(Text(sentence, style=row.style or "", overflow="fold"), (0, 0, 0, 2))
        if self.caption:
            yield Text(str(self.caption), style="italic")


def _text(cell: RenderableType) -> Text:
    return cell if isinstance(cell, Text) else Text.from_markup(str(cell))
