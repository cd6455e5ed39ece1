"""The algebra of JSON value sets: one file per kind of set; `union` combines them, `goal` names the unopened."""
