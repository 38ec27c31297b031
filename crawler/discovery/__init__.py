"""Looking for a municipality's home page and what it offers: what to ask next and what the answers prove. Pure."""
