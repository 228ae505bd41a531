//! The proxies, and what surrounds the configurations of the guide in a test.

use super::program::Program;

/// One process, so that nothing is left of it when it is killed.
pub(super) const NGINX: Program = Program {
    command: "nginx",
    arguments: &["-e", "stderr", "-c", "main.conf", "-p", "."],
    writes_id: true,
    language: "nginx",
    ports: [("listen 80", "listen HTTP"), ("listen 443", "listen HTTPS")],
    around: "
daemon off;
master_process off;
pid pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    proxy_read_timeout PATIENCEs;
    include site.conf;
}
",
};

pub(super) const CADDY: Program = Program {
    command: "caddy",
    arguments: &[
        "run",
        "--config",
        "main.conf",
        "--adapter",
        "caddyfile",
        "--pidfile",
        "pid",
    ],
    writes_id: true,
    language: "caddyfile",
    ports: [("", ""), ("", "")],
    around: "
{
    admin off
    http_port HTTP
    https_port HTTPS
}
import site.conf
",
};

/// With the defaults that Debian sets.
pub(super) const HAPROXY: Program = Program {
    command: "haproxy",
    arguments: &["-db", "-f", "main.conf", "-f", "site.conf"],
    writes_id: false,
    language: "haproxy",
    ports: [("bind :80", "bind :HTTP"), ("bind :443", "bind :HTTPS")],
    around: "
defaults
    mode http
    timeout connect 5s
    timeout client  PATIENCEs
    timeout server  PATIENCEs
",
};

/// One process with threads, and the modules that Debian loads with those that the guide names.
pub(super) const APACHE: Program = Program {
    command: "apache2",
    arguments: &["-X", "-f", "main.conf", "-d", "."],
    writes_id: true,
    language: "apache",
    ports: [("*:80", "*:HTTP"), ("*:443", "*:HTTPS")],
    around: "
ServerName localhost
PidFile pid
ErrorLog /dev/stderr
DefaultRuntimeDir .
Mutex pthread
Listen HTTP
Listen HTTPS
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
Timeout PATIENCE
Include site.conf
",
};
