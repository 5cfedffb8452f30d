"""What can go wrong with profiles, as subclasses of `celltrail.errors`.

    ProfileError           400   the root; `reason` is one of a few short words, for metrics
    ├── InvalidFileError   400   a file of profiles that cannot be used; holds its `problems`
    ├── OptionError        400   somebody asked for an option, choice or value that is not offered
    ├── NotOfferedError    403   the profile is not among those that this user may choose
    └── QuotaError         429   the server would take more than a quota allows

Their texts are meant for the user who is denied: they name only what that user may see.
"""

from collections.abc import Sequence

from celltrail.errors import InvalidError
from celltrail_profiles.problems import Problem


class ProfileError(InvalidError):
    """Something about profiles that a person can act on."""

    def __init__(self, message: str, reason: str = "profiles") -> None:
        super().__init__(message)
        self.reason = reason


class InvalidFileError(ProfileError):
    """A file of profiles with errors; `problems` has all of them with line and column."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message, "invalid_file")
        self.problems = tuple(problems)


class OptionError(ProfileError):
    """The options of a spawn request are not what the profile offers."""


class NotOfferedError(ProfileError):
    """The user may not choose this profile, or none at all."""

    status = 403
    code = "PERMISSION_DENIED"


class QuotaError(ProfileError):
    """What is used and what is asked for are together more than a quota."""

    status = 429
    code = "RESOURCE_EXHAUSTED"
