"""What a column holds, by its name and by its values: its base, and whether it may be used at all.

Protected are the special categories of personal data of the General Data Protection Regulation (EU) 2016/679,
articles 9 and 10: racial or ethnic origin, political opinions, religious or philosophical beliefs, trade-union
membership, genetic and biometric data, health, sex life or sexual orientation, criminal convictions.
"""

from __future__ import annotations

from dataclasses import dataclass

from custintel_analytics.roles import normal

MOST_LEVELS = 50
"""A category with more values than this is left out unless it is asked for by name."""
_NEAR_UNIQUE = 0.9
_FEWEST = 20
_LONG = 30.0

_WORDS = {
    "demographic": "age gender sex income salary wage household marital married marriage education degree occupation "
    "profession job kids kid kidhome teenhome child children teen teens family homeowner birth birthday dob senior seniorcitizen "
    "partner dependents employment",
    "geographic": "country nation city town region state province county district territory area postcode postal zip "
    "zipcode plz lat latitude lon lng longitude geo location continent urban rural market msa dma",
    "psychographic": "attitude satisfaction satisfied interest interests lifestyle value values opinion nps motivation "
    "personality preference preferences hobby hobbies survey likert agree trust involvement",
    "behavioural": "visits sessions clicks opens purchases recency frequency monetary spend tenure complaints "
    "complain response campaign",
}
_SENSITIVE = (
    "religion religious faith church ethnicity ethnic race racial nationality political politics party vote voting "
    "union health disease diagnosis illness medical medication disability disabled pregnant pregnancy sexual "
    "sexuality orientation biometric fingerprint genetic dna criminal conviction offence belief beliefs "
    "muslim islam islamic christian christianity jewish jew judaism hindu hinduism buddhist buddhism sikh catholic "
    "protestant orthodox evangelical atheist church mosque synagogue caste tribe ancestry minority "
    "immigrant immigration migrant asylum refugee republican democrat socialist communist "
    "hiv aids cancer tumour tumor diabetes diabetic asthma epilepsy hepatitis dementia autism autistic depression "
    "psychiatric addiction alcoholism allergy obesity bmi diagnoses prescription sick sickness handicap handicapped "
    "wheelchair abortion fertility gay lesbian bisexual homosexual heterosexual transgender queer lgbt lgbtq lgbtqi "
    "crime felon felony arrest offender prison probation"
)
_PEOPLE = (
    "name firstname lastname surname forename givenname familyname fullname username nickname customername "
    "clientname contactname contact email mail emailaddress mailaddress phone phonenumber telephone tel mobile "
    "cellphone fax address streetaddress street addressline addressline1 addressline2 homeaddress "
    "ip ipaddress iban bic ssn nin passport taxid vat vatid creditcard cardnumber licenseplate "
    "birthdate dateofbirth birthday dob cookie cookieid deviceid"
)
_IDS = ("id", "uuid", "guid", "key", "number", "no", "nr", "hash", "token", "handle")

_BASE_OF = {word: base for base, words in _WORDS.items() for word in words.split()}
_SENSITIVE_WORDS = frozenset(_SENSITIVE.split())
_PEOPLE_NAMES = frozenset(_PEOPLE.split())
_PEOPLE_WORDS = frozenset(
    [
        "email",
        "mail",
        "phone",
        "telephone",
        "mobile",
        "surname",
        "firstname",
        "lastname",
        "iban",
        "ssn",
        "passport",
    ]
)

WHY_PEOPLE = "identifies people"
WHY_TEXT = "free text"
WHY_LEVELS = "too many values"
WHY_DATE = "a date"
WHY_NUMBERS = "numbers written as text"
WHY_NESTED = "not a number, a yes or no, or a text"
WHY_EMPTY = "empty"
WHY_CONSTANT = "constant"
WHY_SENSITIVE = "sensitive"

REMEDIES = {
    WHY_PEOPLE: "A segment is about many people. Leave the column out, or replace it by what it says of a group, such "
    "as the region of an address",
    WHY_TEXT: "Turn the text into a topic or a score first, and pass that",
    WHY_LEVELS: f"Group the values into {MOST_LEVELS} or fewer",
    WHY_DATE: "Turn it into a number, such as an age in years or days since",
    WHY_NUMBERS: "Turn it into numbers: pandas.to_numeric(frame[column], errors='coerce')",
    WHY_NESTED: "Take a number or a text out of it",
    WHY_EMPTY: "Fill the column at the source",
    WHY_CONSTANT: "Nothing: a column that is the same for all tells no customers apart",
    WHY_SENSITIVE: "Ask for it by name with include=, if you may use it for this purpose",
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """What is known of a column's values, missing ones apart.

    Parameters
    ----------
    kind
        ``"number"``, ``"flag"``, ``"text"``, ``"date"`` or ``"nested"``.
    present
        Values that are there.
    distinct
        Different ones.
    whole
        Whether all numbers are whole.
    low, high
        The smallest and the largest number.
    infinite
        Infinite numbers.
    length
        Mean number of characters of a text.
    patterned
        Texts that look like an e-mail address, an IP address or a telephone number.
    dated, decimal
        Texts that look like a date, or like a number with decimals.
    """

    kind: str
    present: int
    distinct: int
    whole: bool = False
    low: float = 0.0
    high: float = 0.0
    infinite: int = 0
    length: float = 0.0
    patterned: int = 0
    dated: int = 0
    decimal: int = 0


EMAIL = r"^[^@ ]+@[^@ ]+\.[^@ ]+$"
ADDRESS = r"^([0-9]{1,3}\.){3}[0-9]{1,3}$"
DATE = r"^([0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})([ T].*)?$"
DECIMAL = r"^[+-]?[0-9]*[.,][0-9]+$"
PHONE = r"^\+?[0-9][0-9 ()/.-]{7,18}[0-9]$"


def why_not(name: str, profile: Profile) -> str:
    """Why a column can't be used; an empty text when it can.

    A text is free text when most values differ and are long (30 characters on average). A column identifies people
    when its name says so and it has more than two values, when half of it looks like e-mail, IP or telephone, or when
    nearly all of at least 20 values differ and it is a text, a numbered id or consecutive whole numbers.
    """
    if profile.kind == "date":
        return WHY_PEOPLE if names_people(name) else WHY_DATE
    if profile.kind == "nested":
        return WHY_NESTED
    if not profile.present:
        return WHY_EMPTY
    if profile.kind == "text":
        return _why_not_text(name, profile)
    if profile.kind == "number" and profile.whole and _counts_people(name, profile):
        return WHY_PEOPLE
    return ""


def _why_not_text(name: str, profile: Profile) -> str:
    half = profile.present / 2
    if profile.dated >= half:
        return WHY_PEOPLE if names_people(name) else WHY_DATE
    if _says_people(name, profile) or profile.patterned >= half:
        return WHY_PEOPLE
    if profile.decimal >= half and profile.distinct > 2:
        return WHY_NUMBERS
    if profile.length >= _LONG and profile.distinct >= half and profile.distinct > 2:
        return WHY_TEXT
    if _near_unique(profile):
        return WHY_PEOPLE
    return WHY_LEVELS if profile.distinct > MOST_LEVELS else ""


def _counts_people(name: str, profile: Profile) -> bool:
    numbered = profile.high - profile.low + 1 == profile.distinct == profile.present
    return _near_unique(profile) and (numbered or _names_id(name) or _says_people(name, profile))


def _near_unique(profile: Profile) -> bool:
    return profile.present >= _FEWEST and profile.distinct >= _NEAR_UNIQUE * profile.present


def _says_people(name: str, profile: Profile) -> bool:
    """Whether a column is called like what tells people apart, and its values aren't a yes or no about it."""
    if names_people(name):
        return profile.distinct > 2
    many = profile.distinct > _FEWEST or profile.distinct == profile.present > 2
    return many and bool(_PEOPLE_WORDS & set(_parts(name)))


def names_people(name: str) -> bool:
    """Whether a column's name is one of those for what tells people apart."""
    return normal(name) in _PEOPLE_NAMES


def is_sensitive(name: str) -> bool:
    """Whether a column's name says that the law protects what it holds."""
    words = {*_parts(name), normal(name)}
    return bool(_SENSITIVE_WORDS & {form for word in words for form in (word, *_singulars(word))})


def _singulars(word: str) -> tuple[str, ...]:
    """What a word may be the plural of: pregnancies of pregnancy, illnesses of illness, unions of union."""
    if word.endswith("ies"):
        return (f"{word[:-3]}y",)
    if word.endswith("es"):
        return word[:-2], word[:-1]
    return (word[:-1],) if word.endswith("s") and not word.endswith("ss") else ()


def base_of(name: str) -> str | None:
    """The base that a column's name belongs to; None when nothing is recognised.

    ``q1`` … ``q99`` are answers of a survey.
    """
    whole = normal(name)
    if whole in _BASE_OF:
        return _BASE_OF[whole]
    if whole[:1] == "q" and whole[1:].isdigit() and len(whole) <= 3:
        return "psychographic"
    known = [_BASE_OF[part] for part in _parts(name) if part in _BASE_OF]
    return known[0] if known else None


def _names_id(name: str) -> bool:
    return _parts(name)[-1:] != [] and (_parts(name)[-1] in _IDS or normal(name).endswith("id"))


def _parts(name: str) -> list[str]:
    """The words of a name: ``Marital_Status`` and ``maritalStatus`` give marital and status, ``HIVStatus`` hiv too."""
    spaced = "".join(
        f" {letter}"
        if letter.isupper() and (before.islower() or (before.isupper() and after.islower()))
        else letter
        for before, letter, after in zip(f" {name}", name, f"{name[1:]} ", strict=False)
    )
    text = "".join(letter if letter.isalnum() else " " for letter in spaced).lower().split()
    return [part.rstrip("0123456789") or part for part in text]
