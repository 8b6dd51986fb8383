"""Who this machine says it is: the authority made at set-up, the certificate it issues, or the site's own.

`files` says which certificate is served, `keeping` makes and renews ours, `looking` reads any; the latter two need
`cryptography`, which takes its time to import.
"""
