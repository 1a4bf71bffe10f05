"""`python -m ecr_doctor` is the command."""

from ecr_doctor.cli.start import main

if __name__ == "__main__":
    main()
