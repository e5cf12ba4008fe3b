"""The options of curl: their names, and whether a word follows. Facts from `curl --help all` and curl's manual."""

from functools import cache
from typing import Final, NamedTuple

# One option a line: its letter or -, its name, and = where a word follows.
_WITH_WORD: Final = """
X request, H header, d data, F form, u user, b cookie, A user-agent, e referer, T upload-file, m max-time, x proxy,
o output, w write-out, c cookie-jar, D dump-header, K config, E cert, r range, z time-cond, C continue-at, U proxy-user,
Q quote, P ftp-port, t telnet-option, Y speed-limit, y speed-time, h help,
- url, - url-query, - data-raw, - data-binary, - data-ascii, - data-urlencode, - json, - form-string, - oauth2-bearer,
- aws-sigv4, - connect-timeout, - max-redirs, - retry, - retry-delay, - retry-max-time, - request-target, - resolve,
- connect-to, - interface, - cacert, - capath, - cert-type, - key, - key-type, - pass, - ciphers, - tls13-ciphers,
- curves, - crlfile, - pinnedpubkey, - engine, - tls-max, - tlsuser, - tlspassword, - tlsauthtype, - unix-socket,
- abstract-unix-socket, - alt-svc, - hsts, - etag-compare, - etag-save, - doh-url, - dns-interface, - dns-ipv4-addr,
- dns-ipv6-addr, - dns-servers, - noproxy, - preproxy, - proxy1.0, - proxy-header, - proxy-cacert, - proxy-capath,
- proxy-cert, - proxy-cert-type, - proxy-ciphers, - proxy-crlfile, - proxy-key, - proxy-key-type, - proxy-pass,
- proxy-pinnedpubkey, - proxy-service-name, - proxy-tls13-ciphers, - proxy-tlsauthtype, - proxy-tlspassword,
- proxy-tlsuser, - socks4, - socks4a, - socks5, - socks5-hostname, - socks5-gssapi-service, - service-name,
- login-options, - sasl-authzid, - delegation, - krb, - netrc-file, - limit-rate, - max-filesize, - rate, - local-port,
- keepalive-time, - keepalive-cnt, - expect100-timeout, - happy-eyeballs-timeout-ms, - trace, - trace-ascii,
- trace-config, - stderr, - libcurl, - output-dir, - create-file-mode, - proto, - proto-default, - proto-redir,
- parallel-max, - parallel-max-host, - egd-file, - random-file, - hostpubmd5, - hostpubsha256, - pubkey, - mail-auth,
- mail-from, - mail-rcpt, - ftp-account, - ftp-alternative-to-user, - ftp-method, - ftp-ssl-ccc-mode, - tftp-blksize,
- haproxy-clientip, - ipfs-gateway, - variable, - ech, - ip-tos, - vlan-priority, - sigalgs, - upload-flags
"""
_ALONE: Final = """
G get, I head, L location, k insecure, s silent, S show-error, v verbose, i include, f fail, g globoff, O remote-name,
J remote-header-name, R remote-time, N no-buffer, n netrc, p proxytunnel, q disable, a append, j junk-session-cookies,
l list-only, B use-ascii, Z parallel, M manual, V version, # progress-bar, : next, 0 http1.0, 1 tlsv1, 2 sslv2, 3 sslv3,
4 ipv4, 6 ipv6,
- compressed, - basic, - digest, - ntlm, - ntlm-wb, - negotiate, - anyauth, - location-trusted, - fail-early,
- fail-with-body, - no-progress-meter, - progress-meter, - keepalive, - path-as-is, - raw, - tr-encoding, - http0.9,
- http1.1, - http2, - http2-prior-knowledge, - http3, - http3-only, - tlsv1.0, - tlsv1.1, - tlsv1.2, - tlsv1.3, - ssl,
- ssl-reqd, - ssl-allow-beast, - ssl-no-revoke, - ssl-revoke-best-effort, - ssl-auto-client-cert, - ca-native,
- cert-status, - false-start, - alpn, - npn, - sessionid, - tcp-fastopen, - tcp-nodelay, - mptcp, - post301, - post302,
- post303, - follow, - form-escape, - create-dirs, - remote-name-all, - remove-on-error, - clobber, - skip-existing,
- xattr, - styled-output, - suppress-connect-headers, - trace-time, - trace-ids, - retry-all-errors,
- retry-connrefused, - parallel-immediate, - ignore-content-length, - netrc-optional, - disallow-username-in-url,
- doh-insecure, - doh-cert-status, - haproxy-protocol, - proxy-anyauth, - proxy-basic, - proxy-digest, - proxy-ntlm,
- proxy-negotiate, - proxy-insecure, - proxy-tlsv1, - proxy-ssl-allow-beast, - proxy-ssl-auto-client-cert,
- proxy-ca-native, - proxy-http2, - socks5-basic, - socks5-gssapi, - socks5-gssapi-nec, - sasl-ir, - compressed-ssh,
- crlf, - metalink, - disable-eprt, - disable-epsv, - ftp-create-dirs, - ftp-pasv, - ftp-pret, - ftp-skip-pasv-ip,
- ftp-ssl-ccc, - ftp-ssl-control, - mail-rcpt-allowfails, - tftp-no-options, - tls-earlydata, - dump-ca-embed,
- out-null, - buffer, - eprt, - epsv
"""

CHANGES_REQUEST: Final = frozenset(
    {
        "digest", "ntlm", "ntlm-wb", "negotiate", "anyauth", "aws-sigv4", "cert", "key", "config", "netrc",
        "netrc-file", "netrc-optional",
        "request-target", "path-as-is", "time-cond", "continue-at", "etag-compare", "tr-encoding",
        "http1.0", "unix-socket", "abstract-unix-socket", "proxy", "socks4", "socks4a", "socks5", "socks5-hostname",
        "preproxy", "proxy1.0", "connect-to", "resolve", "haproxy-protocol", "haproxy-clientip", "crlf", "quote",
        "variable", "proxy-header", "proxy-user", "cookie-jar", "interface",
    }
)  # fmt: skip
"""What is dropped although curl would send or reach something else by it."""


class Option(NamedTuple):
    """One option of curl.

    Attributes:
        name: Without dashes: `data-raw`.
        takes_word: Whether a word follows.
    """

    name: str
    takes_word: bool


@cache
def by_letter() -> dict[str, Option]:
    """Map each letter to its option: `-X` takes a word."""
    return {letter: option for letter, option in _rows() if letter != "-"}


@cache
def by_name() -> dict[str, Option]:
    """Map each long name, without dashes, to its option."""
    return {option.name: option for _, option in _rows()}


def _rows() -> list[tuple[str, Option]]:
    rows = []
    for text, takes_word in ((_WITH_WORD, True), (_ALONE, False)):
        for row in text.replace("\n", " ").split(","):
            letter, name = row.split()
            rows.append((letter, Option(name, takes_word)))
    return rows
