"""How systematically each municipality takes stock: whose a record is, how good, which model, since when, beside whom."""
