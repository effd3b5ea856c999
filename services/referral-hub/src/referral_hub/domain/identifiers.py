"""Numbers and addresses that name a person: checked, and kept in one form, so that the same is found again."""

import re
from dataclasses import dataclass

import email_validator
import phonenumbers
from stdnum.exceptions import ValidationError
from stdnum.gb import nhs

HERE = "GB"
"""Whose telephone numbers need no country code."""

NATIONAL_INSURANCE = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")
"""By HMRC's manual NIM39110: letters never used first or second, and pairs never given."""

NO_INSURANCE = "This is no National Insurance number: it is two letters, six digits and A, B, C or D."
NO_NHS_NUMBER = "This is no NHS number: it has ten digits, and the last follows from the others. Check each digit."
NO_TELEPHONE = "This is no telephone number: give it with its area code, from abroad with + and the country's code."
NO_EMAIL = "This is no address of e-mail: it is a name, an @ and a domain, as in name@example.org."


@dataclass(frozen=True, slots=True)
class UnreadableIdentifier(Exception):
    """What was given can be no such number or address: why, and which form it takes."""

    sentence: str


def national_insurance(text: str) -> str:
    """A National Insurance number in capitals without spaces: `QQ 12 34 56 C` is refused, for no QQ is given.

    Raises:
        Unreadable: it has not the form of one.
    """
    number = re.sub(r"[\s.-]", "", text).upper()
    if not NATIONAL_INSURANCE.fullmatch(number):
        raise UnreadableIdentifier(NO_INSURANCE)
    return number


def nhs_number(text: str) -> str:
    """An NHS number as ten digits.

    Raises:
        Unreadable: it has not ten digits, or the last does not follow from the others.
    """
    try:
        return nhs.validate(re.sub(r"[\s.-]", "", text))
    except ValidationError as error:
        raise UnreadableIdentifier(NO_NHS_NUMBER) from error


def telephone(text: str) -> str:
    """A telephone number as it is dialled from anywhere: `+447700900123`.

    Raises:
        Unreadable: nobody can be called by it.
    """
    try:
        number = phonenumbers.parse(text, HERE)
    except phonenumbers.NumberParseException as error:
        raise UnreadableIdentifier(NO_TELEPHONE) from error
    if not phonenumbers.is_possible_number(number):
        raise UnreadableIdentifier(NO_TELEPHONE)
    number.extension = None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """An address of e-mail, its domain in small letters; whether somebody reads it is not asked.

    Raises:
        Unreadable: no mail can be sent to it.
    """
    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized
    except email_validator.EmailNotValidError as error:
        raise UnreadableIdentifier(NO_EMAIL) from error
