"""How docker, podman and the others find the credential they send: files, precedence, fallback.

Pure logic over a `Machine`: nothing here opens a file or runs a program. The rules were measured
with the real programs; where a document of theirs says otherwise, the measurement is followed.
"""
