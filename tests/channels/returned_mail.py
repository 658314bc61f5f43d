"""Returned mail as the mail systems of this world write it, about a letter to an invented address. All written here."""

from service.letters.return_address import ReturnAddress

RETURNS = ReturnAddress("bounce@unit.example", "a key of the tests")
HOST = "site.example"
DELIVERY = 4711
RECIPIENT = "handler@a.example"
OWN = RETURNS.of(DELIVERY)

LETTER = f"""\
Message-ID: <delivery-{DELIVERY}.0@{HOST}>
From: Duban <duban@unit.example>
To: {RECIPIENT}
Subject: a reminder
X-Duban-Delivery: {DELIVERY}

Words of the letter.
"""


def report(
    *, to: str = OWN, status: str, words: str, boundary: str = "=_report", head: str = "", letter: str = LETTER
) -> bytes:
    """A multipart/report (RFC 3462) with its delivery status (RFC 3464) as given."""
    return f"""\
From: MAILER-DAEMON@relay.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
{head}Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"

This is a MIME-encapsulated message.

--{boundary}
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

{words}

--{boundary}
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Fri, 9 Jun 2028 08:30:00 +0800 (CST)

{status}
--{boundary}
Content-Description: Undelivered Message
Content-Type: message/rfc822

{letter}
--{boundary}--
""".replace("\n", "\r\n").encode()


def recipient(
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <handler@a.example>: Recipient address rejected: User unknown",
    to: str = RECIPIENT,
) -> str:
    """The fields of one recipient."""
    return f"""\
Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.a.example
Diagnostic-Code: {said}
"""


def postfix(to: str = OWN) -> bytes:
    """What Postfix returns when the other side says 550 to RCPT."""
    words = f"<{RECIPIENT}>: host mx.a.example said: 550 5.1.1 User unknown (in reply to RCPT TO command)"
    return report(to=to, status=recipient(), words=f"This is the mail system at host relay.example.\n\n{words}")


def exchange(to: str = OWN) -> bytes:
    """What Exchange returns: HTML and a status without the words of the other side."""
    html = "<html><style>p {color: red}</style><body><p>Your message couldn't be delivered &amp; came back.</p></body>"
    return f"""\
From: "Microsoft Outlook" <postmaster@a.example>
To: {to}
Subject: Undeliverable: a reminder
Content-Type: multipart/report; report-type=delivery-status; boundary="_000_x"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-US

--_000_x
Content-Type: multipart/alternative; differences=Content-Type; boundary="_001_x"

--_001_x
Content-Type: text/html; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

{html.replace("=", "=3D")}
--_001_x--
--_000_x
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.a.example

Final-recipient: RFC822;handler@a.example
Action: failed
Status: 5.1.10
X-Display-Name: handler

--_000_x
Content-Type: message/rfc822

{LETTER}
--_000_x--
""".replace("\n", "\r\n").encode()


def gmail(to: str = OWN) -> bytes:
    """What Gmail returns for an account that is over its quota."""
    said = "smtp; 552-5.2.2 The recipient's inbox is out of storage space and inactive."
    return report(
        to=to,
        status="Arrival-Date: Thu, 08 Jun 2028 17:30:00 -0700 (PDT)\n\n" + recipient(status="5.2.2", said=said),
        words="** Message blocked **\n\nYour message to handler@a.example has been blocked.",
        boundary="000000000000f1a2",
        head="X-Failed-Recipients: handler@a.example\n",
    )


def chinese(to: str = OWN, label: str = "gb2312", words: str = "收件人不存在，喆煊邮箱账号有误") -> bytes:
    """What a Chinese provider returns: HTML in GB18030 under the label of GB2312, and nothing for machines."""
    head = f"""\
From: PostMaster@mail.example
To: {to}
Subject: =?gb2312?B?z7XNs83L0MU=?=
Content-Type: text/html; charset={label}
Content-Transfer-Encoding: 8bit

""".replace("\n", "\r\n")
    rows = f"<tr><td>很抱歉您发送的邮件被退回</td></tr><tr><td>原因：{words}</td></tr>"
    return head.encode() + f"<html><body><table>{rows}</table></body></html>\r\n".encode("gb18030")


def qmail(to: str = OWN) -> bytes:
    """What qmail returns: a form of its own (QSBMF), without any MIME."""
    return f"""\
From: MAILER-DAEMON@mx.a.example
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.a.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{RECIPIENT}>:
550 5.1.1 sorry, no mailbox here by that name

--- Below this line is a copy of the message.

{LETTER}""".replace("\n", "\r\n").encode()


def auto_reply(to: str = OWN, head: str = "Auto-Submitted: auto-replied") -> bytes:
    """What a person's mailbox answers while the person is away."""
    return f"""\
From: handler@a.example
To: {to}
Subject: Re: a reminder
{head}

I am away until Monday. Letters to user unknown to my deputy are returned.
""".replace("\n", "\r\n").encode()
