"""Reads the mail named by the argument with Python's own parser, strictly, and prints what a person would see."""

import email
import email.policy
import sys
from email.header import decode_header, make_header
from email.utils import parseaddr
from html.parser import HTMLParser


class Text(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        if data.strip():
            self.words.append(data.strip())


with open(sys.argv[1], "rb") as file:
    message = email.message_from_binary_file(file, policy=email.policy.default + email.policy.strict)
    file.seek(0)
    # The newer of its two header parsers puts a blank between encoded words that follow each other (Python 3.11).
    name, address = parseaddr(email.message_from_binary_file(file, policy=email.policy.compat32)["From"])
print(f"From: {make_header(decode_header(name))} <{address}>")
for name in ("Date", "To", "Message-ID", "Subject", "MIME-Version"):
    print(f"{name}: {message[name]}")
print("headers:", len(message.keys()), "defects:", sum(len(part.defects) for part in message.walk()))
plain, html = message.get_payload()
assert message.get_content_type() == "multipart/alternative"
assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
print("--- text")
print(plain.get_content(), end="")
print("--- html")
seen = Text()
seen.feed(html.get_content())
seen.close()
print("tags:", " ".join(sorted(set(seen.tags))))
print("\n".join(seen.words))
