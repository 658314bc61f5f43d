"""Use cases: open the transaction, ask the domain, write back."""
