"""Money in words."""


def pounds(pence: int) -> str:
    """Pence as people write them: £1,234.50."""
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
