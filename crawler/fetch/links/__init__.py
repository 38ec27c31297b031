"""Checks whether links work: asked as politely as little as needed, judged by what is really delivered."""
