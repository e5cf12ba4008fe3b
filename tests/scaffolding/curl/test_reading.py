from collections.abc import Callable

import pytest

from runner.errors import AskedWrongly
from runner.scaffolding.curl.call import (
    DIFFERS,
    Auth,
    CurlCall,
    FileBody,
    FormBody,
    JsonBody,
    MultipartBody,
    Part,
    TextBody,
)

Read = Callable[[str], CurlCall]
URL = "https://a.example/x"


def test_a_plain_address_is_a_get(read: Read) -> None:
    call = read(f"curl {URL}?b=1#part")
    assert (call.method, call.url.origin, call.url.path, call.url.query) == ("GET", "https://a.example", "/x", "b=1")
    assert (call.headers, call.cookies, call.body, call.auth, call.notes) == ((), "", None, None, ())


@pytest.mark.parametrize(
    "options, method",
    [
        ("", "GET"),
        ("-d a", "POST"),
        ("-F a=b", "POST"),
        ("--json {}", "POST"),
        ("-T photo.png", "PUT"),
        ("-I", "HEAD"),
        ("-G -d a", "GET"),
        ("-X PATCH -d a", "PATCH"),
        ("-X GET -d a", "GET"),
    ],
)
def test_the_method_follows_from_the_options(read: Read, options: str, method: str) -> None:
    assert read(f"curl {URL} {options}").method == method


@pytest.mark.parametrize(
    "options, body",
    [
        ("-d a=1 -d b=2", FormBody("a=1&b=2", (("a", "1"), ("b", "2")))),
        ("-d @lines.txt", TextBody("onetwo")),
        ("--data-binary @lines.txt", TextBody("one\r\ntwo\n")),
        ("--data-raw @lines.txt", TextBody("@lines.txt")),
        ("--data-binary @photo.png", FileBody("photo.png")),
        ("-T photo.png", FileBody("photo.png")),
        ("--json @body.json", JsonBody('{"a": 1}\n', {"a": 1})),
        ("-d @-", TextBody("from stdin")),
        ("-d @- < body.json -H 'content-type: application/json'", JsonBody('{"a": 1}', {"a": 1})),
        (
            "-F a=1 -F f=@photo.png",
            MultipartBody((Part("a", "1"), Part("f", "", "photo.png", "photo.png", "image/png"))),
        ),
    ],
)
def test_the_body_is_understood_as_far_as_it_can_be_sent_again(read: Read, options: str, body: object) -> None:
    assert read(f"curl {URL} {options}").body == body


@pytest.mark.parametrize(
    "options, auth",
    [
        ("-u a:b", Auth("basic", "a:b")),
        ("--oauth2-bearer t", Auth("bearer", "t")),
        ("-u a:b -H 'Authorization: Bearer t'", None),
        ("-u a:b --digest", None),
    ],
)
def test_credentials_are_those_that_curl_sends(read: Read, options: str, auth: Auth | None) -> None:
    assert read(f"curl {URL} {options}").auth == auth


def test_credentials_in_the_address_are_taken_out_of_it(read: Read) -> None:
    call = read("curl https://user:p%40ss@a.example/x")
    assert (call.auth, call.url.user, call.url.host) == (Auth("basic", "user:p@ss"), "", "a.example")


def test_redirects_certificates_and_time_limit_are_told(read: Read) -> None:
    call = read(f"curl -Lkm 7.5 {URL}")
    assert (call.follow_redirects, call.insecure, call.timeout) == (True, True, 7.5)
    assert call.notes == ("-k was left out: certificates are always looked at.",)


def test_what_a_browser_adds_is_left_out_and_named(read: Read) -> None:
    headers = ["accept: */*", "accept-language: de", "origin: https://a.example", "referer: https://a.example/"]
    headers += ["sec-fetch-mode: cors", "user-agent: Mozilla/5.0", "x-own: 1", "content-length: 5"]
    call = read(f"curl {URL} " + " ".join(f"-H '{header}'" for header in headers))
    assert call.headers == (("x-own", "1"),)
    assert call.notes == (
        "Headers of the client or the browser were left out: "
        "accept, accept-language, origin, referer, sec-fetch-mode, user-agent, content-length.",
    )


def test_what_a_person_wrote_is_kept(read: Read) -> None:
    call = read(f"curl {URL} -A Robot/1.0 -e https://b.example -H 'Accept-Language: de' -H 'Host: a.example'")
    assert dict(call.headers) == {
        "Accept-Language": "de",
        "User-Agent": "Robot/1.0",
        "Referer": "https://b.example",
    }
    assert call.notes == ("Headers of the client or the browser were left out: Host.",)


def test_options_are_dropped_with_a_word_about_what_that_changes(read: Read) -> None:
    call = read(f"curl -sS --compressed -x http://proxy.example {URL}")
    assert call.notes == (
        "Options that do not change the call were left out: --silent, --show-error.",
        f"{DIFFERS}--proxy is not carried over.",
    )


@pytest.mark.parametrize(
    "command, note",
    [
        (f"curl {URL} {URL}/2", "the command has 2 addresses; the recipe calls the first."),
        (f"curl {URL} --next {URL}/2", "what stands behind --next is another call, and was left out."),
        ("curl 'https://a.example/{1,2}/[3-9]'", "the address stands for several; the recipe calls the first."),
        (f"curl {URL} -b cookies.txt", "cookies of a file are not sent."),
        (f'curl {URL} -H "$HEADER"', "a header is left out whose name the command leaves open."),
        (f'curl {URL} -H "X-$NAME: a"', "a header is left out whose name the command leaves open."),
        (f"curl {URL} -H Host:", "the Host header is sent, which the command takes out."),
        (f"curl {URL} -F 'a=b;headers=\"X: y\"'", "headers= of a form field is not carried over."),
    ],
)
def test_what_is_not_carried_over_is_said(read: Read, command: str, note: str) -> None:
    assert read(command).notes == (DIFFERS + note,)


@pytest.mark.parametrize(
    "command, message",
    [
        ("curl", "The curl command has no address."),
        ("curl -d a", "The curl command has no address."),
        ("curl ftp://a.example/x", "The address begins with ftp://, but a recipe calls https:// only."),
        ("curl https:///x", "The address has no host."),
        ("curl https://b\u00fccher.example/x", "The host of the address holds U+00FC, which is no plain letter."),
        ("curl https://a.example:x/", "The port of the address is no number: 'x'."),
        (f"curl {URL} -d @gone.json", "The file 'gone.json' cannot be read: No such file or directory."),
        (f'curl {URL} -d "@$FILE"', "The command leaves open which file it sends: '$FILE'."),
        (f'curl {URL} -T "${{FILE}}.csv"', "The command leaves open which file it sends: '$FILE.csv'."),
        (f"curl {URL} -T -", "What the command reads from its input is in no file that can be sent."),
        (f"curl {URL} -F a=@-", "What the command reads from its input is in no file that can be sent."),
        (f"curl {URL} -d a -F b=c", "curl itself refuses -d and -F in one call."),
        (f"curl {URL} -I -d a -T photo.png", "curl itself refuses -d and -T in one call."),
        (f"curl {URL} -X ''", "The method of the command is none of HTTP: ''."),
        (f"curl {URL} -X 'GE T'", "The method of the command is none of HTTP: 'GE T'."),
        (f"curl {URL} -X $METHOD", "The method of the command is none of HTTP: '$METHOD'."),
        (f"curl {URL} -F a", "The form field at character 26 needs name=value."),
        (f"curl {URL} -d a -d @photo.png", "A file that is too long to be written out stands beside other data."),
    ],
)
def test_what_cannot_be_called_is_refused(read: Read, command: str, message: str) -> None:
    with pytest.raises(AskedWrongly) as caught:
        read(command)
    assert (str(caught.value), bool(caught.value.hint)) == (message, True)


def test_blanks_in_an_address_are_encoded_and_said(read: Read) -> None:
    call = read(f"curl '{URL}/a b' -G -d 'q=c\td'")
    assert call.url.target == "/x/a%20b?q=c%09d"
    assert call.notes == ("Blanks in the address were written as %20.",)


def test_nothing_secret_is_in_the_representation(read: Read) -> None:
    call = read(f"curl '{URL}?q=1' -u u:test-key-1 -H 'X-Key: test-key-2' -b s=test-key-3 -d p=test-key-4")
    assert "test-key" not in repr(call)


def test_of_two_hosts_the_first_is_sent(read: Read) -> None:
    call = read(f"curl {URL} -H 'Host: one.example' -H 'X-A: b' -H 'host: two.example'")
    assert call.headers == (("Host", "one.example"), ("X-A", "b"))
    assert call.notes == ("Not the same as curl: the header Host is sent once, not 2 times.",)
