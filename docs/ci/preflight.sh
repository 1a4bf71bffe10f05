#!/bin/sh
# preflight.sh IMAGE...: ends with 1 if one of the images cannot be pulled, and says why.
# Reports lie in $REPORTS (default: ecr-doctor-reports). Needs ecr-doctor on the PATH, or
# ECR_DOCTOR="python3 ecr-doctor.pyz" where only a Python is there.
set -u
doctor=${ECR_DOCTOR:-ecr-doctor}
reports=${REPORTS:-ecr-doctor-reports}
mkdir -p "$reports" || exit 4

worst=0
number=0
for image in "$@"; do
    number=$((number + 1))
    # $doctor may be several words.
    # shellcheck disable=SC2086
    $doctor run --format text -o "$reports/$number.html" -o "$reports/$number.xml" \
        --save "$reports/$number.bundle" -- "$image"
    code=$?
    case $code in
        0) ;;
        3) echo "$image: it cannot be told whether it can be pulled; going on" >&2 ;;
        *) [ "$worst" -ge "$code" ] || worst=$code ;;
    esac
done
exit "$worst"
