//! Places where they lie, drawn without any background: circles whose area is the amount.

use super::canvas::{BLUE, Canvas, Drawn, Look, PALE, SOFT, Side, width_of};
use super::data::Place;

/// Largest radius [px].
const LARGEST: f64 = 26.0;

/// Draws the places. A degree of longitude is shortened by the cosine of the middle latitude, so that distances are near true.
pub(super) fn draw(canvas: &mut Canvas, drawn: &Drawn<'_>, places: &[Place]) {
    let over = |of: fn(&Place) -> f64| {
        places.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
    };
    let (south, north) = over(|place| place.latitude);
    let (west, east) = over(|place| place.longitude);
    if places.is_empty() {
        return;
    }
    let squeeze = libm::cos(f64::midpoint(south, north).to_radians());
    let wide = ((east - west) * squeeze).max(1e-6);
    let high = (north - south).max(1e-6);
    let edge = LARGEST + 24.0;
    let across = (canvas.width - 2.0 * edge).max(80.0);
    let limit = if canvas.is_narrow() { 320.0 } else { 380.0 };
    let scale = (across / wide).min((limit - 2.0 * edge) / high);
    let (left, top) = ((canvas.width - wide * scale) / 2.0, edge);
    canvas.height = high * scale + 2.0 * edge;
    canvas.rect([0.0, 0.0, canvas.width, canvas.height], PALE, 0.35);
    let most = places.iter().map(|place| place.amount).fold(0.0, f64::max);
    let at = |place: &Place| {
        [left + (place.longitude - west) * squeeze * scale, top + (north - place.latitude) * scale]
    };
    for place in places {
        let [x, y] = at(place);
        let share = if most > 0.0 { (place.amount / most).max(0.0) } else { 0.0 };
        canvas.circle([x, y, (LARGEST * libm::sqrt(share)).max(3.0)], BLUE, 0.75);
    }
    let mut taken: Vec<[f64; 4]> = Vec::new();
    for place in places {
        let [x, y] = at(place);
        let name = place.name.in_language(drawn.lang);
        let amount = drawn.say(place.amount);
        let width = width_of(name, 12).max(width_of(&amount, 12));
        // A label keeps within the picture, and a few lines off one that stands there already.
        let x = x.clamp(width / 2.0 + 2.0, canvas.width - width / 2.0 - 2.0);
        let free = |y: f64| {
            taken.iter().all(|[l, t, r, b]| {
                x + width / 2.0 < *l || x - width / 2.0 > *r || y + 16.0 < *t || y - 12.0 > *b
            })
        };
        let steps = (0..8)
            .map(|step| if step % 2 == 0 { 14.0 * f64::from(step) } else { -14.0 * f64::from(step + 1) });
        let y =
            steps.map(|by| y + by).find(|y| *y > 12.0 && *y < canvas.height - 18.0 && free(*y)).unwrap_or(y);
        taken.push([x - width / 2.0, y - 12.0, x + width / 2.0, y + 16.0]);
        canvas.text_above([x, y - 1.0], name, Look::plain(12).bold().on(Side::Middle));
        canvas.text_above([x, y + 13.0], &amount, Look { colour: SOFT, ..Look::plain(12) }.on(Side::Middle));
    }
}
