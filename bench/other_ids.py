"""The same messages as others write them: other_ids.py KIND INPUT OUTPUT

KIND is one of ids: snowflakes (of 19 digits), prefixes (C-123), hex (24 hexadecimal digits for messages
and conversations), or uuid and the columns that have UUIDs: uuid-message, uuid-conversation, uuid-users,
uuid-all. Or one of fields and lines: quoted (every field), times (with microseconds and an offset),
semicolons, tabs, crlf, roles (in place of the sender's id), or body (a text before the ids).
"""

import hashlib
import sys

# column → what its ids are ids of; users are one, whatever the column
OF = {"message_id": "M", "conversation_id": "C", "sender_user_id": "U", "client_user_id": "U",
      "merchant_user_id": "U", "merchant_id": "S"}
UUIDS = {
    "uuid-message": ["message_id"],
    "uuid-conversation": ["conversation_id"],
    "uuid-users": ["sender_user_id", "client_user_id", "merchant_user_id"],
    "uuid-all": list(OF),
}
HEX = ["message_id", "conversation_id"]
IDS = ["snowflakes", "prefixes", "hex", *UUIDS]


def quoted(fields):
    return '"' + '","'.join(fields) + '"\n'


def with_time(fields):
    return ",".join(f + ".123456+00:00" if name == "created_at" else f for name, f in fields.items()) + "\n"


def role(fields):
    users = fields["client_user_id"], fields["merchant_user_id"]
    sender = fields["sender_user_id"]
    said = ["client", "merchant"][users.index(sender)] if sender in users else "other"
    return ",".join(said if name == "sender_user_id" else f for name, f in fields.items()) + "\n"


# kind → a line of the fields, by name
LINES = {
    "quoted": lambda fields: quoted(fields.values()),
    "times": with_time,
    "semicolons": lambda fields: ";".join(fields.values()) + "\n",
    "tabs": lambda fields: "\t".join(fields.values()) + "\n",
    "crlf": lambda fields: ",".join(fields.values()) + "\r\n",
    "roles": role,
    "body": lambda fields: "Where is my order?," + ",".join(fields.values()) + "\n",
}
HEADERS = {"times": ",".join, "roles": lambda names: ",".join(names).replace("sender_user_id", "sender_role"),
           "body": lambda names: ",".join(["body", *names])}
KINDS = [*LINES, *IDS]


def uuid(of, value):
    digits = hashlib.md5(f"{of}{value}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def snowflake(of, value):
    return str(10**18 + 123_456_789 * int(value) + ord(of))


def prefixed(of, value):
    return f"{of}-{value}"


def hexadecimal(of, value):
    return hashlib.md5(f"{of}{value}".encode()).hexdigest()[:24]


def written(kind, rows, out):
    """The rows as lines of another kind."""
    names = next(rows).rstrip("\n").split(",")
    header = HEADERS.get(kind)
    out.write(header(names) + "\n" if header else LINES[kind](dict(zip(names, names, strict=True))))
    for row in rows:
        out.write(LINES[kind](dict(zip(names, row.rstrip("\n").split(","), strict=True))))


def main(kind, source, target):
    make = {"snowflakes": snowflake, "prefixes": prefixed, "hex": hexadecimal}.get(kind, uuid)
    known = {}

    def other(of, value):
        if not value or of == "M":  # a message's own occurs once
            return value and make(of, value)
        if (of, value) not in known:
            known[of, value] = make(of, value)
        return known[of, value]

    with open(source, encoding="utf-8") as rows, open(target, "w", encoding="utf-8", newline="") as out:
        if kind in LINES:
            written(kind, rows, out)
            return
        names = next(rows).rstrip("\n").split(",")
        out.write(",".join(names) + "\n")
        columns = [(names.index(name), OF[name]) for name in (UUIDS | {"hex": HEX}).get(kind, OF)]
        for row in rows:
            fields = row.rstrip("\n").split(",")
            for i, of in columns:
                fields[i] = other(of, fields[i])
            out.write(",".join(fields) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
