//! Plots, as SVG written by hand: a few lines over a logarithmic axis, or a few bars.

use std::fmt::Write as _;

use crate::table::grouped;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 380.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 50.0;
/// Okabe and Ito's colours, which the colour-blind tell apart.
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
/// How much two powers of ten may differ and count as one.
const NEARLY: f64 = 0.05;
/// How many lines the vertical axis has, about.
const LINES: f64 = 5.0;

/// One line of a plot: its name, and where it goes.
pub(crate) struct Series {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Lines over powers of ten, from zero up.
pub(crate) fn lines(title: &str, across: &str, series: &[Series]) -> String {
    let all = || series.iter().flat_map(|it| &it.points);
    let logs = all().map(|(x, _)| x.log10());
    let (low, high) = logs.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    // A few events less than a power of ten are that power.
    let low = (low + NEARLY).floor();
    let high = (high - NEARLY).ceil().max(low + 1.0);
    let axis = Axis::up_to(all().map(|(_, y)| *y).fold(0.0, f64::max));
    let x = |value: f64| LEFT + (value.log10() - low) / (high - low) * (WIDTH - LEFT - RIGHT);
    let mut svg = begin(title, &axis);
    let mut power = low;
    while power <= high {
        let at = x(10_f64.powf(power));
        let foot = HEIGHT - BOTTOM;
        let _ = write!(
            svg,
            r##"<line x1="{at:.1}" y1="{TOP}" x2="{at:.1}" y2="{foot}" stroke="#eee"/><text x="{at:.1}" y="{:.1}" text-anchor="middle">10<tspan dy="-5" font-size="9">{power}</tspan></text>"##,
            foot + 18.0
        );
        power += 1.0;
    }
    let middle = LEFT + (WIDTH - LEFT - RIGHT) / 2.0;
    let _ =
        write!(svg, r#"<text x="{middle:.1}" y="{:.1}" text-anchor="middle">{across}</text>"#, HEIGHT - 10.0);
    for (index, it) in series.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let path: Vec<String> =
            it.points.iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), axis.y(*value))).collect();
        let _ = write!(
            svg,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#,
            path.join(" ")
        );
        for point in &path {
            let (across, down) = point.split_once(',').unwrap_or_default();
            let _ = write!(svg, r#"<circle cx="{across}" cy="{down}" r="3" fill="{colour}"/>"#);
        }
        let (key_x, key_y) =
            (WIDTH - RIGHT + 20.0, TOP + 10.0 + 20.0 * f64::from(u8::try_from(index).unwrap_or(0)));
        let _ = write!(
            svg,
            r#"<rect x="{key_x}" y="{:.1}" width="12" height="4" fill="{colour}"/><text x="{:.1}" y="{:.1}">{}</text>"#,
            key_y - 4.0,
            key_x + 18.0,
            key_y + 2.0,
            it.name
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Bars from zero up, each with its name and its value.
pub(crate) fn bars(title: &str, of: &[(&str, f64)]) -> String {
    let axis = Axis::up_to(of.iter().map(|(_, value)| *value).fold(0.0, f64::max));
    let mut svg = begin(title, &axis);
    let room = (WIDTH - LEFT - 20.0) / f64::from(u32::try_from(of.len().max(1)).unwrap_or(1));
    let mut left = LEFT;
    for (index, (name, value)) in of.iter().enumerate() {
        let colour = COLOURS[index.min(1)];
        let (top, middle) = (axis.y(*value), left + room / 2.0);
        let _ = write!(
            svg,
            r#"<rect x="{:.1}" y="{top:.1}" width="{:.1}" height="{:.1}" fill="{colour}"/><text x="{middle:.1}" y="{:.1}" text-anchor="middle">{}</text><text x="{middle:.1}" y="{:.1}" text-anchor="middle">{name}</text>"#,
            left + room * 0.15,
            room * 0.7,
            HEIGHT - BOTTOM - top,
            top - 5.0,
            number(*value),
            HEIGHT - BOTTOM + 18.0
        );
        left += room;
    }
    svg.push_str("</svg>\n");
    svg
}

/// The vertical axis: from zero, in round steps.
struct Axis {
    step: f64,
    top: f64,
}

impl Axis {
    fn up_to(most: f64) -> Self {
        let rough = (most / LINES).max(f64::MIN_POSITIVE);
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|it| it * power)
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        Self { step, top: (most / step).ceil().max(1.0) * step }
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - value / self.top * (HEIGHT - BOTTOM - TOP)
    }
}

fn begin(title: &str, axis: &Axis) -> String {
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="#222"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><text x="{LEFT}" y="25" font-size="15">{title}</text>"##
    );
    let mut value = 0.0;
    while value <= axis.top + axis.step / 2.0 {
        let (y, end) = (axis.y(value), WIDTH - 20.0);
        let _ = write!(
            svg,
            r##"<line x1="{LEFT}" y1="{y:.1}" x2="{end}" y2="{y:.1}" stroke="#ddd"/><text x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"##,
            LEFT - 8.0,
            y + 4.0,
            number(value)
        );
        value += axis.step;
    }
    svg
}

/// `12,345`, or `0.25` where that is needed.
fn number(value: f64) -> String {
    if value >= 10.0 || value.fract().abs() < 1e-9 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and positive")]
        let whole = value.round().max(0.0) as usize;
        grouped(whole)
    } else {
        format!("{value:.2}").trim_end_matches('0').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_go_up_in_round_steps() {
        let axis = Axis::up_to(8_775.0);
        assert_eq!((axis.step, axis.top), (2_000.0, 10_000.0));
        let axis = Axis::up_to(1.03);
        assert_eq!((axis.step, axis.top), (0.5, 1.5));
        assert!(Axis::up_to(0.0).top > 0.0);
    }

    #[test]
    fn a_plot_is_well_formed_and_has_everything_in_it() {
        let series = [Series { name: "creates", points: vec![(1e4, 1.0), (1e6, 0.95)] }];
        let svg = lines("Growth", "events", &series);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains(">creates<") && svg.ends_with("</svg>\n"), "{svg}");
        let svg = bars("Creates", &[("ours", 7_297.0), ("stock", 2_607.0)]);
        assert!(svg.contains(">7,297<") && svg.contains(">stock<"), "{svg}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, 0.25, 0.5, 12.0, 12_345.6].map(number), ["0", "0.25", "0.5", "12", "12,346"]);
    }
}
