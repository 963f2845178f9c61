"""What is written into the channel in place of, before, or after an answer."""

WRITE = """
def is_open(n):
    try:
        os.fstat(n)
        return True
    except OSError:
        return False
def frame(text, blob=b""):
    return struct.pack(">II", len(text), len(blob)) + text + blob
channel = next(n for n in range(3, 64) if is_open(n))
"""

# The submission reads the number of the question out of the loop that called it.
KNOWING = (
    WRITE
    + """
above = sys._getframe()
while above and "request" not in above.f_locals:
    above = above.f_back
number = above.f_locals["request"]["id"] if above else 0
def reply(rest, blob=b"", number=number):
    return frame(('{"d":{"id":%s,%s}}' % (number, rest)).encode("utf-8", "surrogatepass"), blob)
"""
)

_FRAMES = {
    "an answer to another call": """frame(b'{"d":{"id":1,"ok":true}}')""",
    "a verdict": """frame(b'{"d":{"status":"passed","passed":true}}')""",
    "a box that is ready": """frame(b'{"d":{"ready":{"d":{"uid":1}}}}')""",
    "random bytes": "os.urandom(10**5)",
    "nothing but zeros": "bytes(10**5)",
    "an endless header": "struct.pack('>II', 2**32 - 1, 2**32 - 1) + b'x' * 99",
    "half a header": "b'\\0\\0\\0'",
    "half a frame": "struct.pack('>II', 100, 0) + b'{'",
    "brackets": "frame(b'[' * 200000)",
    "brackets that close": "frame(b'[' * 39 + b']' * 39)",
    "braces": """frame(b'{"d":' * 60000)""",
    "quotes": """frame(b'"' + b'\\\\"' * 200000)""",
    "a million keys": """frame(b'{"d":{' + b'"a":1,' * 80000 + b'"b":1}}')""",
    "objects": """frame(b'{"a":["object",[1]]}', b'x' * 8)""",
    "digits": "frame(b'9' * 400000)",
    "a pickle": "frame(b'\\x80\\x04\\x95' + b'cos\\nsystem\\n(S\"true\"\\ntR.')",
    "a known form": """frame(b'{"d":{"id":12345,"ok":{"a":["float64",[5]]}}}', bytes(40))""",
}

# Answers that carry the right number, as only a submission that looks around can give.
_REPLIES = {
    "the right number, the wrong values": """reply('"ok":{"a":["float64",[5]]}', bytes(40))""",
    "the right number, marked passed": """reply('"ok":true,"passed":true,"points":3')""",
    "the number as text": """reply('"ok":true', number='"%s"' % number)""",
    "the number as a fraction": """reply('"ok":true', number='%s.0' % number)""",
    "two numbers": """reply('"id":%s,"id":1,"ok":true' % number)""",
    "an answer and an error": """reply('"ok":true,"error":{"d":{}}')""",
    "neither an answer nor an error": "reply('\"none\":1')",
    "an error that is no error": """reply('"error":[1,2,3]')""",
    "an error of odd parts": (
        """reply('"error":{"d":{"type":[1],"message":{"d":{}},"line":-7,"function":7,"missing":"yes","syntax":1}}')"""
    ),
    "an error on line ten to the nineteenth": """reply('"error":{"d":{"type":"X","line":9999999999999999999}}')""",
    "an error of half characters": (
        """reply('"error":{"d":{"type":"\\\\ud800","message":"\\\\udfff\\\\u0000\\\\u202e","line":1}}')"""
    ),
    "an error that claims to be the grader's": (
        """reply('"error":{"d":{"type":"Unavailable","message":"no sandbox","missing":false}}')"""
    ),
    "a shape past all memory": """reply('"ok":{"a":["float64",[2147483647,2147483647,2147483647]]}')""",
    "a shape of nothing": """reply('"ok":{"a":["float64",[0,2147483647]]}')""",
    "a shape below nothing": """reply('"ok":{"a":["float64",[-1]]}', bytes(40))""",
    "a shape of truths": """reply('"ok":{"a":["float64",[true,5]]}', bytes(40))""",
    "thirty axes": """reply('"ok":{"a":["float64",[%s]]}' % ','.join('1' * 30), bytes(8))""",
    "a kind of number that runs code": """reply('"ok":{"a":["O",[5]]}', bytes(40))""",
    "a kind of number with fields": """reply('"ok":{"a":["f8,O",[5]]}', bytes(80))""",
    "a kind of number that is a list": """reply('"ok":{"a":[["float64"],[5]]}', bytes(40))""",
    "bytes left over": """reply('"ok":{"a":["float64",[5]]}', bytes(400))""",
    "no number in a box": """reply('"ok":{"f":{"f":"nan"}}')""",
    "no number at all": """reply('"ok":NaN')""",
    "infinity by size": """reply('"ok":1e999')""",
    "a number of a million digits": """reply('"ok":' + '9' * 500000)""",
    "a fraction of a million digits": """reply('"ok":0.' + '9' * 500000)""",
    "a thing that is not there": """reply('"ok":{"r":[7,"ndarray"]}')""",
    "five thousand arrays": """reply('"ok":[%s]' % ','.join(['{"a":["int8",[0]]}'] * 5000))""",
    "a tag that is unknown": """reply('"ok":{"x":1}')""",
}

ATTACKS = {
    **{name: f"{WRITE}os.write(channel, {forgery})\ntime.sleep(5)" for name, forgery in _FRAMES.items()},
    **{name: f"{KNOWING}os.write(channel, {forgery})\nos._exit(0)" for name, forgery in _REPLIES.items()},
}
