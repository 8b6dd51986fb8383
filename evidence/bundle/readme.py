"""What a person finds who opens a bundle."""

README = """\
电梯报警处置证据包 · Liftline evidence bundle
==============================================

timeline.pdf    处置记录，可直接阅读 · the record, to be read
timeline.json   同一记录，供程序读取 · the same, for programs
recordings/     通话录音（左声道为轿厢，右声道为轿厢所听到的声音）· audio (left: cabin, right: what the cabin heard)
journal.jsonl   交换机写下的原始日志行 · the lines as the switch wrote them
proofs.json     每条记录的规范字节、其在默克尔日志中的路径、签名树头、密钥与副签 · proofs
manifest.json   全部文件的 SHA-256；manifest.sig 为其签名 · digests of all files, and their signature
verify.py       离线验证程序 · the verifier

验证方法（无需联网，不依赖本系统）· How to check, off line and without Liftline:

    pip install cryptography
    python3 verify.py THIS.zip --key 日志公钥 --witness 见证方公钥 --tsa-root 时间戳根证书.pem

公钥请向日志所有者、见证方另行索取，不要只用包内自带的。
Get the keys from the log's owner and from the witnesses by another way than this bundle.

请把从他处取得的 verify.py 与包内的对照使用：能改包的人也能改包内的程序。
Prefer a verify.py that you got elsewhere: who can change a bundle can change the program inside it.

能证明什么、不能证明什么，见 docs/evidence.md · What is proved and what is not: docs/evidence.md
"""
