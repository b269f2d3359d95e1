"""What a package says of how it is checked; docs/evidence.md says more."""

TEXT = """HOW TO CHECK THIS PACKAGE

Get three files from their owners, not from this package: the agency's certificate (agency.pem), the key of its
audit log (log.key), and the certificate of the timestamp authority (tsa.pem). Then, with Plateward on any computer:

    plateward evidence verify PACKAGE.zip --agency agency.pem --log-key log.key --tsa tsa.pem

It names every byte, file, key and time that is not right. With standard programs alone, in the folder of
PACKAGE.zip and the three files:

    unzip PACKAGE.zip -d package && cd package
    bagit.py --validate {bag}
    openssl cms -verify -binary -inform DER -in signature.p7s -content {bag}/tagmanifest-sha256.txt \\
        -CAfile ../agency.pem -out /dev/null
    openssl ts -verify -in timestamp.tsr -data {bag}/tagmanifest-sha256.txt -CAfile ../tsa.pem

Each read: its reader signed the file read.signed; the hashes of both images are in it (read.json says the same).
In a read's folder, with KEY from ../../readers (data/package.json says which):

    openssl verify -CAfile ../../../../../agency.pem ../../readers/KEY.crt
    openssl pkeyutl -verify -pubin -inkey ../../readers/KEY.pem -rawin -in read.signed -sigfile read.sig
    sha256sum context.jpg plate.jpg

data/custody.jsonl is the custody record. Each of its events is an entry of the audit log, data/log/N.entry.json,
with the proof that it is in the log, data/log/N.tlog-proof (c2sp.org/tlog-proof).
"""


def instructions(bag: str) -> str:
    """For the package whose bag has this name."""
    return TEXT.format(bag=bag)
