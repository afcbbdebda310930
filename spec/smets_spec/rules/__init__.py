"""The behaviour rules of the documents as pure functions: what checks judge by, and no reference implementation may import.

Times are integer milliseconds of UTC, spans of time carry their unit in their name. A function that holds from an edition on bears
that edition's number, and one table says which edition takes which.
"""
