from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.wire import Ear, Sent, differences, sent_by_curl
from runner.scaffolding.curl.call import DIFFERS

Both = Callable[..., tuple[Sent, Sent, tuple[str, ...]]]

PHONE = "Mozilla/5.0 (X11; Linux x86_64)"
SAME = [
    "curl http://HOST",
    "curl -X wHat http://HOST/",
    "curl -X Mk-Col 'http://HOST/items/42?a=b' -H 'Authorization: Bearer test-key-9' -d a=1",
    "curl http://HOST/v1/items?",
    "curl 'http://HOST/a/../b/./c'",
    "curl 'http://HOST/café/x%20y;z,(1)'",
    "curl 'http://HOST/v1/users/42/orders/123e4567-e89b-12d3-a456-426614174000?since=2026-01-31&page=2&all=true'",
    "curl 'http://HOST/?from=2026-01-31T09:00:00Z&to=2026-01-31T09:00:00&x=%20&lat=53.5'",
    "curl 'http://HOST/?a=1&a=2&b=&c'",
    "curl -g 'http://HOST/?a=%20x&b=y+z&c=[1]&d=a|b'",
    "curl http://HOST/items/{id}/x?q={term}",
    "curl 'http://HOST/?filter\\[a\\]=1&page\\[1-3\\]=2&x=\\{a,b\\}'",
    "curl 'http://HOST/?key=a&key=b&x=1&key=c'",
    "curl -G http://HOST/s -d a=1 --data-urlencode 'q=x y&z'",
    "curl http://HOST/s?a=1 --url-query 'q=x y' --url-query +raw=%20",
    "curl -X DELETE http://HOST/items/7",
    "curl -X DELETE http://HOST/items -d '{\"ids\":[1,2]}' -H 'Content-Type: application/json'",
    "curl -X GET http://HOST/search -H 'Content-Type: application/json' -d '{\"q\":\"x\"}'",
    "curl -X PURGE http://HOST/items/7",
    "curl -I http://HOST/items",
    "curl http://HOST/ -d a=1 -d 'b=x+y' -d 'c=%C3%A9'",
    "curl http://HOST/ -d 'a=x y' -d 'b=\"q\"' -d 'c'",
    "curl http://HOST/ -d 'a=1&b=2&a=3'",
    "curl http://HOST/ -d 'a=[]&to=me@a-customer.org' -d 'e=é'",
    "curl 'http://HOST/?==b&=c&b=~'",
    "curl http://HOST/a//x/..",
    "curl http://HOST//a//b",
    "curl 'http://HOST///{id}/?x=//'",
    "curl -G -d '' 'http://HOST/s?a=1'",
    "curl -G -d '' 'http://HOST/s?'",
    "curl -G -d b=2 --url-query c=3 'http://HOST/s?a=1'",
    "curl --url-query '' 'http://HOST/s?a=1'",
    "curl http://HOST/ -d $'a=1\\x00b=2''&c=3'",
    "curl http://HOST/ -A 'Robot/1.0 (token=abc123DEF456ghi789JKL0; x) abc123DEF456ghi789JKL0'",
    "curl 'http://HOST/a%20token%3Dabc123DEF456ghi789JKL0?q=x%20token%3Dabc123DEF456ghi789JKL0'",
    "curl http://HOST/ -d 'q=say token=abc123DEF456ghi789JKL0' -d 'x=1' -H 'Content-Type: text/plain'",
    "curl -G http://HOST/ --json '{}'",
    "curl 'http://HOST/?a=%25%E6%BC%A2_%5Da&b=^'",
    "curl 'http://HOST/?x%20y=abc123DEF456ghi789JKL0'",
    "curl http://HOST/ -d 'e=é&password=2026-01-31T09:00:00Z'",
    "curl http://HOST/ -F 'a= \tb  '",
    "curl http://HOST/ -d 'a=~!' --data-urlencode at=2026-01-31T09:00:00Z",
    "curl http://HOST/ -d ''",
    "curl -X POST http://HOST/",
    "curl http://HOST/ -d @lines.txt",
    "curl http://HOST/ --data-binary @lines.txt -H 'Content-Type: text/plain'",
    "curl http://HOST/ --data-binary @photo.png -H 'Content-Type: image/png'",
    "curl http://HOST/ --data-raw @lines.txt",
    "curl http://HOST/ --json @body.json",
    'curl http://HOST/ --json \'{"a":\' --json \'1.50, "b":[true,null,"é"],"c":{}}\'',
    "curl http://HOST/ -H 'Content-Type: application/json; charset=utf-8' -d '[1, 2]'",
    "curl http://HOST/ -H 'Content-Type: application/json' -d '{\"a\":1,\"a\":2}'",
    "curl http://HOST/ -H 'Content-Type: application/json' -d '{\"a\": 01, \"b\": 1e400}'",
    "curl http://HOST/ -H 'Content-Type: application/json' -d '{\"f\":0.1234567890123456789}'",
    'curl http://HOST/ --json \'{"big":123456789012345678901234567890,"f":1.50,"e":1e3}\'',
    "curl http://HOST/ -H 'Content-Type: text/xml' -d '<a b=\"c\">{x} & é</a>'",
    "curl http://HOST/ -H 'Content-Type: text/plain' -d $'\\xff\\xfe raw \\x01'",
    "curl http://HOST/ -H 'Content-Type;' -d a=1",
    "curl http://HOST/ -H 'Content-Type:' -d a=1",
    "curl http://HOST/ -F a=1 -F 'b=x;type=text/x-own' -F 'c=\"p;q\"'",
    "curl http://HOST/ -F a=1 -F file=@photo.png -F 'other=@lines.txt;filename=x.bin;type=text/csv'",
    "curl http://HOST/ -F 'a=b; c' -F 'd=e;f;type=text/csv'",
    "curl http://HOST/ -F file=@photo.png -F a=1 -F file=@lines.txt -F 'text=<lines.txt'",
    "curl http://HOST/ --form-string 'a=@x;type=y' -F 'na\"me=1'",
    "curl -T photo.png http://HOST/upload/",
    "curl http://HOST/ -u user:test-key-pass",
    "curl http://HOST/ -u user:",
    "curl http://user:test%2Dkey@HOST/",
    "curl http://HOST/ -H 'Authorization: Bearer test-key-1'",
    "curl 'http://HOST/{d}erId==2026-01-310.12/{x}%20token%3Dabc123DEF456ghi789JKL0%2F'",
    "curl http://HOST/ --oauth2-bearer test-key-1",
    "curl http://HOST/ --oauth2-bearer test-key-1 --basic -u user:test-key-2",
    "curl http://HOST/ -H 'Authorization: Basic dXNlcjp0ZXN0LWtleQ=='",
    "curl http://HOST/ -H 'Authorization: Token test-key-1'",
    "curl http://HOST/ -H 'X-Api-Key: test-key-1' -H 'X-Other: a' -H 'x-other: b'",
    "curl 'http://HOST/?q=1&api_key=test-key-1'",
    "curl 'http://HOST/?q=1' -u u:test-key-p -H 'X-Api-Key: test-key-1' -b 'session=test-key-2'",
    "curl http://HOST/login -d user=jane -d 'password=test-key/1+2' -d 'pin=*%5*!'",
    'curl http://HOST/ --json \'{"pin": {"password": 7788, "x": [1, {"token": 5}]}}\'',
    'curl http://HOST/ --json \'{"a": "\\ud83d"}\'',
    'curl http://HOST/ --json \'{"t": "{1} x {team} \\\\ }"}\'',
    "curl http://HOST/ -b 'a=b; c=d' -b e=f",
    "curl http://HOST/ -H 'Cookie: a=b'",
    "curl http://HOST/ -A 'Robot/1.0' -e http://a.example/ -H 'Accept-Language: de'",
    "curl http://HOST/ -H 'Accept: text/csv' -H 'Empty;' -H 'Umlaut: ü' -H 'Host: other.example'",
    "curl http://HOST/ -r 0-99",
    "curl http://HOST/ -sSLkv -m 7 --compressed -o out --retry 3",
    "curl http://HOST/ -H 'Content-Type: text/plain' -d @- <<EOF\nline 1\nEOF\n",
    f"curl 'http://HOST/' -H 'user-agent: {PHONE}' -H 'sec-fetch-mode: cors' -H 'origin: http://a' -H 'x-own: 1'",
    "curl 'http://HOST/' -H 'content-type: multipart/form-data; boundary=----X1' "
    "--data-raw $'------X1\\r\\nContent-Disposition: form-data; name=\"a\"\\r\\n\\r\\n1\\r\\n------X1--\\r\\n'",
    "curl -T photo.png 'http://HOST/x/?a=b'",
    "curl -T photo.png 'http://HOST/x/?'",
    "curl http://HOST/ -A ' Robot/1 ' -e ' x ' -b ' a=b '",
    "curl http://HOST/ -b a=é -H 'X-Token: é12345'",
    "curl http://HOST/ -H 'X-Api-Key: test-key-é'",
    "curl http://HOST/ -H 'X-Note:\u00a0'",
    "curl http://HOST/ -b a=b -H 'Cookie:'",
    "curl http://HOST/ -u user:test-key-pass -H 'Authorization:'",
    "curl http://HOST/ -F a=1 -r 5",
    "curl 'http://HOST/?self=1' -d main=1",
    "curl http://HOST/ -H 'X-HTTP-Method-Override: DELETE'",
    "curl 'http://HOST/?abc123DEF456ghi789JKL0'",
    "curl 'http://HOST/?abc123DEF456ghi789JKL0=1'",
    "curl http://HOST/abc123DEF456ghi789JKL0/v1/a",
    "curl 'http://HOST/a:token=abc123DEF456ghi789JKL0'",
    "curl http://HOST/b123e4567-e89b-12d3-a456-426614174000/{id}",
    "curl http://HOST/ -H 'Content-Type: application/json' -H 'Content-Type: text/json' -d '[1]'",
    "curl 'http://HOST/?id=a-7&x={id}'",
    "curl 'http://user@HOST/?token=={id}'",
    "curl 'http://HOST/{a;b}/{1}?a={b=c}'",
    "curl http://HOST/ --json abc123DEF456ghi789JKL0",
    "curl 'http://HOST/?a,abc123DEF456ghi789JKL0'",
    "curl http://HOST/ -d '' --data-urlencode 'a={{x}} '",
    "curl http://HOST/ -d 1 --data-urlencode 'a=é{{x}}'",
    "curl http://HOST/ -F 'a=@photo.png;filename=x.bin'",
    f"curl http://HOST/ --json '{'[' * 50}{']' * 50}'",
    f"curl http://HOST/ --json '{'[' * 500}{']' * 500}'",
]


@pytest.mark.parametrize("command", SAME)
def test_the_recipe_sends_what_curl_sends(both: Both, command: str) -> None:
    theirs, ours, notes = both(command)
    assert differences(theirs, ours, notes) == []


@pytest.mark.parametrize(
    "command, note",
    [
        ("curl -X post http://HOST/", "the method is sent as POST, not as post."),
        ("curl http://HOST/ -d @latin.txt", "the line ends of latin.txt are sent, which -d takes out."),
        ("curl http://HOST/ -H 'A B: c'", "a header is left out that HTTP does not allow."),
        ("curl http://HOST/ -H $'X-A: b\\nX-C: d'", "a header is left out that HTTP does not allow."),
        ("curl http://HOST/ -H $'X:\\n~'", "a header is left out that HTTP does not allow."),
        ("curl 'http://HOST/x\u00a0'", "a blank of another kind around the address is left out."),
        ("curl http://HOST/ -u ''", "user name and password are empty, and not sent."),
        ("curl http://HOST/ --oauth2-bearer ''", "the bearer token is empty, and not sent."),
        ("curl http://HOST/ -H 'X-A : b'", "blanks around the name of a header are left out."),
        ("curl http://HOST/ -H ';'", "a header is left out that HTTP does not allow."),
        ("curl http://HOST/ -H 'Cookie: a=1' -H 'Cookie: b=2'", "the header Cookie is sent once, not 2 times."),
        ("curl http://HOST/ -H 'Cookie;'", "an empty Cookie header is not sent."),
        ("curl http://HOST/ -F a=1 -H 'Content-Type:'", "the type of the body is sent, which the command takes out."),
        ("curl http://HOST/ -d a=1 -r 5", "-r is left out, for which curl sends Content-Range beside a body."),
        ("curl http://HOST/ -F '=a'", "the name of a field is sent in another way."),
        ("curl http://HOST/ -F 'a\\b=1'", "the name of a field is sent in another way."),
        ("curl http://HOST/ -F 'a=@photo.png;filename='", "the name of a file is sent in another way."),
        ("curl http://HOST/ -d 'a=<id>'", "characters of the body are sent as percent signs and numbers."),
        ("curl -g 'http://HOST/?a={id}'", "characters of the address are sent as percent signs and numbers."),
        ("curl http://HOST/:id", "characters of the address are sent as percent signs and numbers."),
        ("curl $'http://HOST/?q=\\xff'", "characters of the address are sent as percent signs and numbers."),
        (
            "curl 'http://HOST/?password==\"{id}'",
            "the key goes to the end of the query, encoded as a form would.",
        ),
        (
            "curl 'http://HOST/?key=&key=test-key-secret-9Zx1'",
            "of the fields key the key alone is sent, at the end of the query.",
        ),
        (
            "curl http://HOST/ -H 'X-Api-Key: test-key-1' -H 'X-Api-Key: test-key-2'",
            "the header X-Api-Key is sent once, not 2 times.",
        ),
        ("curl 'http://HOST/?q=ü'", "characters of the address are sent as percent signs and numbers."),
        (
            "curl 'http://HOST/?api_key=test-key-1&q=1'",
            "the key goes to the end of the query, encoded as a form would.",
        ),
    ],
)
def test_what_cannot_be_sent_in_the_same_way_is_said(both: Both, command: str, note: str) -> None:
    theirs, ours, notes = both(command)
    assert differences(theirs, ours, notes) != []
    assert f"{DIFFERS}{note}" in notes


def test_variables_of_the_shell_are_parameters_with_the_same_effect(both: Both) -> None:
    command = 'curl "http://HOST/$ITEM?q=${WORDS}" -H "Authorization: Bearer $TOKEN" --json "{\\"n\\": \\"a $WORDS\\"}"'
    theirs, ours, notes = both(command, {"ITEM": "i7", "WORDS": "ferry", "TOKEN": "test-key-9"})
    assert differences(theirs, ours, notes) == []
    assert ours.target == "/i7?q=ferry"
    assert ours.header("authorization") == "Bearer test-key-9"


@pytest.mark.parametrize("options", ['-A "é$ITEM"', '-r "$ITEM"', '-b "$ITEM" -H "X-Note: é$ITEM"'])
def test_variables_in_headers_are_parameters_with_the_same_effect(both: Both, options: str) -> None:
    theirs, ours, notes = both(f"curl http://HOST/ {options}", {"ITEM": "i7"})
    assert differences(theirs, ours, notes) == []


@pytest.mark.parametrize(
    "options",
    [
        '-F "a$ITEM=1"',
        '-F "a=@photo.png;filename=$ITEM;type=text/$ITEM" -F "$ITEM=b"',
        '--json "{\\"a$ITEM\\": {\\"$ITEM\\": 1}}"',
    ],
)
def test_variables_in_names_are_parameters_with_the_same_effect(both: Both, options: str) -> None:
    theirs, ours, notes = both(f"curl http://HOST/ {options}", {"ITEM": "i7"})
    assert differences(theirs, ours, notes) == []
    assert b"i7" in ours.body


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_any_text_as_data_is_sent_as_it_stands(both: Both, text: str) -> None:
    import shlex

    theirs, ours, _ = both(f"curl http://HOST/ -H 'Content-Type: text/plain' --data-raw {shlex.quote(text)}")
    assert ours.body == theirs.body


def test_the_comparison_sees_each_kind_of_difference(listening: Ear, tmp_path: object) -> None:
    one = sent_by_curl(f"curl 'http://{listening.host}/?a=1' -H 'x: 1' -d '[1, 2]'", listening, tmp_path, {})  # type: ignore[arg-type]
    other = sent_by_curl(f"curl -X PUT 'http://{listening.host}/?a=2' -H 'y: 1' -d '[1,3]'", listening, tmp_path, {})  # type: ignore[arg-type]
    assert one is not None
    assert other is not None
    assert differences(one, other) == [
        "method: 'POST' became 'PUT'",
        "target: '/?a=1' became '/?a=2'",
        "header x: ['1'] became None",
        "header y: None became ['1']",
        "body: b'[1, 2]' became b'[1,3]'",
    ]
