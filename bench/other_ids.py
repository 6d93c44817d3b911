"""The same messages with other people's ids: other_ids.py KIND INPUT OUTPUT

KIND is quoted (every field), times (with microseconds and an offset), snowflakes (of 19 digits),
prefixes (C-123), or uuid and the columns that have UUIDs: uuid-message, uuid-conversation,
uuid-users, uuid-all.
"""

import hashlib
import itertools
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
KINDS = ["quoted", "times", "snowflakes", "prefixes", *UUIDS]


def uuid(of, value):
    digits = hashlib.md5(f"{of}{value}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def snowflake(of, value):
    return str(10**18 + 123_456_789 * int(value) + ord(of))


def prefixed(of, value):
    return f"{of}-{value}"


def main(kind, source, target):
    make = {"snowflakes": snowflake, "prefixes": prefixed}.get(kind, uuid)
    known = {}

    def other(of, value):
        if not value or of == "M":  # a message's own occurs once
            return value and make(of, value)
        if (of, value) not in known:
            known[of, value] = make(of, value)
        return known[of, value]

    with open(source, encoding="utf-8") as rows, open(target, "w", encoding="utf-8") as out:
        names = next(rows).rstrip("\n").split(",")
        if kind == "quoted":
            for fields in itertools.chain([names], (row.rstrip("\n").split(",") for row in rows)):
                out.write('"' + '","'.join(fields) + '"\n')
            return
        out.write(",".join(names) + "\n")
        columns = [(names.index(name), OF[name]) for name in UUIDS.get(kind, OF)]
        at = names.index("created_at")
        for row in rows:
            fields = row.rstrip("\n").split(",")
            if kind == "times":
                fields[at] += ".123456+00:00"
            else:
                for i, of in columns:
                    fields[i] = other(of, fields[i])
            out.write(",".join(fields) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
