use clap::CommandFactory;

use super::*;

/// What says what to do this time, and not how the installation is.
const OF_ONE_RUN: [&str; 14] = [
    "help",
    "version",
    "operator",
    "against",
    "export",
    "key",
    "org",
    "as_of",
    "kind",
    "events",
    "file",
    "replace",
    "read_model",
    "check",
];

fn serve(arguments: &[&str]) -> Result<Serve, clap::Error> {
    let all = ["quarterdeck", "serve"].iter().chain(arguments);
    match Cli::try_parse_from(all)?.command {
        Command::Serve(serve) => Ok(serve),
        Command::Migrate(_)
        | Command::Verify(_)
        | Command::Rebuild(_)
        | Command::Replay(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Openapi
        | Command::Key(_) => unreachable!("`serve` was given"),
    }
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn serve_needs_no_flags() {
    let serve = serve(&[]).unwrap();
    assert_eq!(serve.listen.to_string(), "127.0.0.1:8080");
    assert_eq!((serve.max_connections, serve.max_connections_per_client), (2000, 200));
}

#[test]
fn rates_are_how_often_and_in_which_time() {
    let limited = serve(&["--org-rate-limit", "600/min", "--key-rate-limit", "20/s"]).unwrap();
    let said = |limit: Option<Limit>| limit.map(|limit| (limit.most(), limit.period_seconds()));
    assert_eq!(
        (said(limited.org_rate_limit), said(limited.key_rate_limit)),
        (Some((600, 60)), Some((20, 1)))
    );
    assert_eq!(serve(&[]).unwrap().key_rate_limit, None);
    assert!(serve(&["--org-rate-limit", "lots"]).is_err());
}

#[test]
fn proxies_are_addresses_or_networks() {
    let serve = serve(&["--trusted-proxies", "10.0.0.0/8,192.0.2.7,2001:db8::/32"]).unwrap();
    let proxies: Vec<String> = serve.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]);
}

#[test]
fn nats_servers_are_urls() {
    let serve = serve(&["--nats-url", "nats://a:4223,tls://me:secret@b"]).unwrap();
    let servers: Vec<_> = serve.nats_url.iter().map(|it| (it.host(), it.port(), it.tls_required())).collect();
    assert_eq!(servers, [("a", 4223, false), ("b", 4222, true)]);
    for bad in ["http://a", "nats://", "nats://a:port", "ws://a"] {
        let error = super::nats_server(bad).unwrap_err();
        assert!(error.contains("nats://127.0.0.1:4222"), "{error}");
    }
}

#[test]
fn a_certificate_needs_its_key_and_excludes_plain_http() {
    assert!(serve(&["--tls-cert", "cert.pem"]).is_err());
    assert!(serve(&["--tls-key", "key.pem"]).is_err());
    assert!(serve(&["--tls-cert", "cert.pem", "--tls-key", "key.pem", "--insecure-http"]).is_err());
    assert!(serve(&["--tls-cert", "cert.pem", "--tls-key", "key.pem"]).is_ok());
}

#[test]
fn every_flag_is_also_a_variable() {
    for command in Cli::command().get_subcommands() {
        for flag in command.get_arguments().filter(|flag| !OF_ONE_RUN.contains(&flag.get_id().as_str())) {
            let expected = format!("QUARTERDECK_{}", flag.get_id().as_str().to_uppercase());
            assert_eq!(flag.get_env().and_then(|it| it.to_str()), Some(expected.as_str()));
        }
    }
}

#[test]
fn the_data_directory_is_where_the_account_keeps_data() {
    let some = |text: &str| Some(OsString::from(text));
    let directory = |root, data_home, home| default_data_dir(root, data_home, home);
    assert_eq!(directory(true, some("/x"), some("/root")).unwrap(), PathBuf::from("/var/lib/quarterdeck"));
    assert_eq!(directory(false, some("/data"), some("/home/a")).unwrap(), PathBuf::from("/data/quarterdeck"));
    assert_eq!(
        directory(false, some("relative"), some("/home/a")).unwrap(),
        PathBuf::from("/home/a/.local/share/quarterdeck")
    );
    assert_eq!(directory(false, None, None), None);
}
