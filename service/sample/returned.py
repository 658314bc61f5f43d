"""A letter of the demo as it comes back: a report of its mail system (RFC 3464), written by nobody's mail system."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

_RELAY = "mx.enterprise.example"


def report(*, to: str, recipient: str, at: datetime) -> bytes:
    """The report that ``recipient`` is not known there, sent ``to`` the letter's own return address."""
    mail = EmailMessage()
    mail["From"] = f"Mail Delivery System <MAILER-DAEMON@{_RELAY}>"
    mail["To"] = to
    mail["Date"] = format_datetime(at)
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(f"The address {recipient} is not known here. (Demo: invented.)\n")
    mail.make_mixed()
    mail.attach(_status(recipient))
    mail.set_type("multipart/report")
    mail.set_param("report-type", "delivery-status")
    return mail.as_bytes()


def _status(recipient: str) -> EmailMessage:
    """The machine's part: of the message, and of its one recipient (RFC 3464, 2.1)."""
    of_message, of_recipient, status = EmailMessage(), EmailMessage(), EmailMessage()
    of_message["Reporting-MTA"] = f"dns; {_RELAY}"
    of_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    of_recipient["Action"] = "failed"
    of_recipient["Status"] = "5.1.1"
    of_recipient["Diagnostic-Code"] = f"smtp; 550 5.1.1 <{recipient}> User unknown"
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([of_message, of_recipient])
    return status
