"""Evidence: nothing altered, and provable off line (notice, annex 1 section 一 (一) 3 and section 三 (一)).

`core` makes and checks hashes, proofs and signatures and does nothing else; `log` reads the Merkle log and signs its
heads; `witness` has them countersigned outside; `verify` checks everything; `bundle` makes the file for a court.
The leaves are written by `store.log`, in the transaction of the fact itself.
"""
