"""What a package says of how it is checked; docs/evidence.md says more."""

TEXT = """HOW TO CHECK THIS PACKAGE

What it is: photographs and records of license plate reads, as the agency's system has them; report.pdf is for reading.
A read is a lead, not proof.

1. Get three files from their owners, not from this package: the agency's certificate (agency.pem), the keys of its
audit log (log.key), and the certificate of the timestamp authority (tsa.pem). Ask the agency for its guide "Checking an
evidence package" too: it says all of this, what failure looks like, and how to check the custody record.

2. Nothing was altered, the agency signed it, and it existed at that time. In the folder of PACKAGE.zip:

    unzip -q PACKAGE.zip -d package && cd package
    bagit.py --validate {bag}
    openssl cms -verify -binary -inform DER -in signature.p7s -content {bag}/tagmanifest-sha256.txt \\
        -CAfile ../agency.pem -out /dev/null
    openssl ts -verify -in timestamp.tsr -data {bag}/tagmanifest-sha256.txt -CAfile ../tsa.pem

3. The photographs are those that the camera took: a reader, which the agency certified for reads alone
(1.3.6.1.5.5.7.3.36), signed read.signed, which names the SHA-256 of both. Nobody signed read.json:

    cd {bag}/data
    for CERTIFICATE in readers/*.crt; do
      openssl verify -CAfile ../../../agency.pem $CERTIFICATE
      openssl x509 -in $CERTIFICATE -noout -subject -ext extendedKeyUsage
      openssl x509 -in $CERTIFICATE -noout -pubkey > ../../../$(basename $CERTIFICATE .crt).pem
      for READ in reads/*; do
        openssl pkeyutl -verify -pubin -inkey ../../../$(basename $CERTIFICATE .crt).pem -rawin \\
          -in $READ/read.signed -sigfile $READ/read.sig && echo $READ
      done
    done
    for IMAGE in reads/*/context.jpg reads/*/plate.jpg; do
      echo $IMAGE
      grep -ac $(openssl dgst -sha256 -r $IMAGE | cut -c 1-64) $(dirname $IMAGE)/read.signed
    done

One certificate must fit each read, and each photograph must count 1. With the agency's own verifier, which it gives out
as a file (no package index has it), one command does all of it:

  plateward evidence verify PACKAGE.zip --agency agency.pem --log-key log.key --tsa tsa.pem
"""


def instructions(bag: str) -> str:
    """For the package whose bag has this name."""
    return TEXT.format(bag=bag)
