"""Opens the channel that an `[[alert]]` section describes, with its secrets. Sends nothing."""

from monitor.alerts.channel import Channel
from monitor.config import AlertSection, AppriseAlert, ConfigError, EmailAlert, SlackAlert, WebhookAlert, secret


def open_channel(section: AlertSection) -> Channel:
    """The channel of one section. Each kind's library is loaded only where it is used.

    Raises:
        ConfigError: a secret is missing, an address is unsafe, or an extra is not installed.
    """
    match section:
        case EmailAlert():
            return _email(section)
        case SlackAlert():
            return _slack(section)
        case WebhookAlert():
            return _webhook(section)
        case AppriseAlert():
            return _apprise(section)


def _email(section: EmailAlert) -> Channel:
    from monitor.alerts.email import EmailChannel

    password = secret(section.options.where_secrets_are(), "password", section.where)
    return EmailChannel(section.options, password)


def _slack(section: SlackAlert) -> Channel:
    from monitor.alerts.slack import SlackBot, SlackWebhook

    options, where = section.options, section.where
    webhook = secret(options.where_secrets_are(), "webhook", where)
    if webhook is not None:
        return SlackWebhook(options, webhook, where)
    return SlackBot(options, _needed(section, "token"), where)


def _webhook(section: WebhookAlert) -> Channel:
    from monitor.alerts.webhook import WebhookChannel

    return WebhookChannel(section.options, _needed(section, "secret"), section.where)


def _apprise(section: AppriseAlert) -> Channel:
    from monitor.alerts.apprise import AppriseChannel

    return AppriseChannel(section.options, _needed(section, "url"), section.where)


def _needed(section: SlackAlert | WebhookAlert | AppriseAlert, key: str) -> str:
    value = secret(section.options.where_secrets_are(), key, section.where)
    if value is None:
        raise ConfigError(f"{section.where}: key {key}_env or {key}_file is missing")
    return value
