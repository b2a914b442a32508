"""The page, the JSON API and the feeds, over the state tables. Folds nothing, holds no SQL."""
