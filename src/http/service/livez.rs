/// Says that the process answers at all; asks nobody. Who gets no answer restarts it.
pub(super) async fn livez() -> &'static str {
    "ok"
}
