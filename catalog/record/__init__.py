"""What a record is: terms, kinds of value, the property table, and all that is derived from it."""
