"""What a rate card may set in a rule. How each is written in a file is said in `programme.model`."""

from typing import Annotated

Count = Annotated[int, "how many: months, points, sessions"]
Pence = Annotated[int, "money in integer pence"]
BasisPoints = Annotated[int, "a part: 10 % is 1000"]
Slug = Annotated[str, "a short code for what is configured"]
OutcomeCode = Annotated[str, "an outcome on a rate card"]
FactName = Annotated[str, "a fact that the card names itself"]
