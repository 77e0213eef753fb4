"""What can go wrong, by exit status. A message names the thing, the place and the remedy, in one line."""


class SalesOpsError(Exception):
    """Base of every error that a user can act on; shown as one line, without a traceback."""

    exit_status = 2


class ConfigurationError(SalesOpsError):
    """A setting, mapping, seed, suite, report definition or recipient is wrong."""


class InputError(SalesOpsError):
    """An export cannot be read as its mapping says."""

    exit_status = 1


class DiskFull(SalesOpsError):
    """There is no room for what was to be written: nothing was changed, and the same may succeed later."""

    exit_status = 1


class Unreachable(SalesOpsError):
    """A server did not answer: nothing was changed, and the same may succeed later."""

    exit_status = 1


class CheckFailed(SalesOpsError):
    """A gate, a dbt test or an expectation failed: nothing is published or sent."""

    exit_status = 1


class PublishError(SalesOpsError):
    """An audited build could not be put before its readers."""

    exit_status = 1


class DeliveryError(SalesOpsError):
    """A mail could not be handed over."""

    exit_status = 1
