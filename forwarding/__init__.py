"""Sends each fact on to the city's 96365 platform: in order for each lift, at least once, signed.

`store.outbox` writes the messages, in the transaction of the facts. Here they are taken up (`queue`), put into the
platform's words (`wire`, the only module that knows them), signed (`signing`) and sent (`sender`). `receiver` is the
reference receiver: what the other side must do, and what the tests send to. (Notice, annex 1 sections 一 (一) 1–3.)
"""
