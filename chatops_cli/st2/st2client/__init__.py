"""The part of StackStorm's client that packs use, without a server: the datastore."""
