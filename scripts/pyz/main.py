import sys

if sys.version_info < (3, 11):
    sys.exit("ecr-doctor needs Python 3.11 or newer; this is %s" % sys.version.split()[0])

from ecr_doctor.cli.start import main

main()
