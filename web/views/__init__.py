"""Pages. Each fetches through selectors, calls one service at most, and renders."""
