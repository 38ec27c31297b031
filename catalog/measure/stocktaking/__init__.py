"""Stocktaking: per municipality its state, its level with every criterion, its dimensions; shares with their bounds."""
