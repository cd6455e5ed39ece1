"""The language of rules: text → tree (`parse`) → typed terms (`typing`) → a verdict (`interpret`, or fast: `compile`).

Knows neither schemas nor the engine: what fields there are is asked of `kinds.Fields`.
"""
