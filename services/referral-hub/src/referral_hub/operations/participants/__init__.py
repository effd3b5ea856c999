"""Who a participant is, and who may know."""
