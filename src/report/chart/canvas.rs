//! A canvas: shapes and text in pixels, written as an SVG element by kuva's back end.

use kuva::backend::svg::SvgBackend;
use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor};

use super::super::language::Lang;
use super::measure::Measure;

/// Colours that the colour-blind and a grey printer tell apart (after Okabe and Ito, Color Universal Design, 2008).
pub(super) const BLUE: [u8; 3] = [0, 95, 153];
pub(super) const ORANGE: [u8; 3] = [213, 94, 0];
pub(super) const GREY: [u8; 3] = [138, 146, 153];
pub(super) const PALE: [u8; 3] = [226, 231, 236];
pub(super) const INK: [u8; 3] = [29, 39, 51];
pub(super) const SOFT: [u8; 3] = [84, 96, 108];
pub(super) const WHITE: [u8; 3] = [255, 255, 255];
/// Colours of the nodes of a flow, each unlike its neighbours.
pub(super) const PALETTE: [[u8; 3]; 8] = [
    [0, 114, 178],
    [230, 159, 0],
    [0, 158, 115],
    [204, 121, 167],
    [86, 180, 233],
    [213, 94, 0],
    [120, 120, 160],
    [160, 140, 60],
];

/// Fonts that every system has one of.
const FONTS: &str = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/// What a chart is drawn for.
pub(super) struct Drawn<'a> {
    pub(super) lang: Lang,
    pub(super) measure: &'a Measure,
}

impl Drawn<'_> {
    /// A value with its unit.
    pub(super) fn say(&self, value: f64) -> String {
        self.measure.say(self.lang, value)
    }
}

/// Where a text stands to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Middle,
    Right,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) size: u32,
    pub(super) colour: [u8; 3],
    pub(super) bold: bool,
    pub(super) side: Side,
}

impl Look {
    /// Text that begins at its point.
    pub(super) fn plain(size: u32) -> Self {
        Self { size, colour: INK, bold: false, side: Side::Left }
    }

    pub(super) fn soft(size: u32) -> Self {
        Self { colour: SOFT, ..Self::plain(size) }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn on(self, side: Side) -> Self {
        Self { side, ..self }
    }
}

/// A canvas of a width that grows downwards.
pub(super) struct Canvas {
    pub(super) width: f64,
    pub(super) height: f64,
    elements: Vec<Primitive>,
}

fn colour(of: [u8; 3]) -> Color {
    let [red, green, blue] = of;
    Color::Rgb(red, green, blue)
}

impl Canvas {
    pub(super) fn new(width: f64) -> Self {
        Self { width, height: 0.0, elements: Vec::new() }
    }

    /// True at the width of a phone.
    pub(super) fn is_narrow(&self) -> bool {
        self.width < 500.0
    }

    pub(super) fn rect(&mut self, [x, y, width, height]: [f64; 4], fill: [u8; 3], opacity: f64) {
        self.elements.push(Primitive::Rect {
            x,
            y,
            width: width.max(0.0),
            height: height.max(0.0),
            fill: colour(fill),
            stroke: None,
            stroke_width: None,
            opacity: (opacity < 1.0).then_some(opacity),
        });
    }

    pub(super) fn framed(&mut self, [x, y, width, height]: [f64; 4], fill: [u8; 3], stroke: [u8; 3]) {
        self.elements.push(Primitive::Rect {
            x,
            y,
            width,
            height,
            fill: colour(fill),
            stroke: Some(colour(stroke)),
            stroke_width: Some(1.2),
            opacity: None,
        });
    }

    pub(super) fn line(&mut self, [x1, y1, x2, y2]: [f64; 4], stroke: [u8; 3], width: f64, dashed: bool) {
        self.elements.push(Primitive::Line {
            x1,
            y1,
            x2,
            y2,
            stroke: colour(stroke),
            stroke_width: width,
            stroke_dasharray: dashed.then(|| "4 3".to_string()),
        });
    }

    pub(super) fn circle(&mut self, [cx, cy, r]: [f64; 3], fill: [u8; 3], opacity: f64) {
        self.elements.push(Primitive::Circle {
            cx,
            cy,
            r,
            fill: colour(fill),
            fill_opacity: (opacity < 1.0).then_some(opacity),
            stroke: Some(colour(WHITE)),
            stroke_width: Some(1.5),
        });
    }

    /// A filled path.
    pub(super) fn area(&mut self, d: String, fill: [u8; 3], opacity: f64) {
        self.elements.push(Primitive::Path(Box::new(PathData {
            d,
            fill: Some(colour(fill)),
            stroke: Color::None,
            stroke_width: 0.0,
            opacity: Some(opacity),
            stroke_dasharray: None,
        })));
    }

    /// A path that is drawn along.
    pub(super) fn stroke(&mut self, d: String, stroke: [u8; 3], width: f64) {
        self.elements.push(Primitive::Path(Box::new(PathData {
            d,
            fill: None,
            stroke: colour(stroke),
            stroke_width: width,
            opacity: None,
            stroke_dasharray: None,
        })));
    }

    pub(super) fn text(&mut self, [x, y]: [f64; 2], content: impl Into<String>, look: Look) {
        self.elements.push(Primitive::Text {
            x,
            y,
            content: content.into(),
            size: look.size,
            anchor: match look.side {
                Side::Left => TextAnchor::Start,
                Side::Middle => TextAnchor::Middle,
                Side::Right => TextAnchor::End,
            },
            rotate: None,
            bold: look.bold,
            color: Some(colour(look.colour)),
        });
    }

    /// Text with a white edge, to be read on top of shapes.
    pub(super) fn text_above(&mut self, at: [f64; 2], content: &str, look: Look) {
        let edge = "stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"";
        self.elements.push(Primitive::GroupStart {
            transform: None,
            title: None,
            extra_attrs: Some(edge.to_string()),
        });
        self.text(at, content, look);
        self.elements.push(Primitive::GroupEnd);
    }

    /// The element, with its text alternative. It scales with the room it is given.
    pub(super) fn finish(self, alternative: &str) -> String {
        let (width, height) = (self.width, self.height);
        let scene = Scene {
            width,
            height,
            background_color: None,
            text_color: None,
            font_family: Some(FONTS.to_string()),
            elements: self.elements,
            defs: Vec::new(),
            has_tooltips: false,
            interactive: false,
            axis_meta: None,
            scripts: Vec::new(),
        };
        let svg = SvgBackend::new().render_scene(&scene);
        // The back end's own opening tag has a fixed size and no text alternative.
        let inside = svg.split_once('>').map_or("", |(_, inside)| inside);
        let inside = match (inside.find("<!--"), inside.find("-->")) {
            (Some(from), Some(to)) => format!("{}{}", &inside[..from], &inside[to + 3..]),
            _ => inside.to_string(),
        };
        let label = crate::report::html::escape::escaped(alternative);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             width=\"{width:.0}\" height=\"{height:.0}\" font-family=\"{FONTS}\">{inside}"
        )
    }
}

/// How much wider bold text is.
const BOLD: f64 = 1.13;

/// About how wide a bold text is [px].
pub(super) fn bold_width_of(text: &str, size: u32) -> f64 {
    BOLD * width_of(text, size)
}

/// About how wide a text is [px], in the widest of the fonts that systems have: it fits in the others too.
pub(super) fn width_of(text: &str, size: u32) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.32,
        'f' | 't' | 'r' | '(' | ')' | ' ' | '-' | '/' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' => 0.97,
        c if c.is_uppercase() => 0.7,
        _ => 0.63,
    };
    f64::from(size) * text.chars().map(em).sum::<f64>()
}

/// A text in lines no wider than `width`, at most `most` of them; what does not fit ends in dots.
pub(super) fn wrapped(text: &str, size: u32, width: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width_of(&format!("{line} {word}"), size) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    let cut = lines.len() > most;
    lines.truncate(most);
    let count = lines.len();
    for (number, line) in lines.iter_mut().enumerate() {
        let more = cut && number + 1 == count;
        if more || width_of(line, size) > width {
            while width_of(&format!("{line}…"), size) > width && line.chars().count() > 1 {
                line.pop();
            }
            *line = format!("{}…", line.trim_end());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_and_cut() {
        assert_eq!(wrapped("satu dua tiga", 10, 50.0, 3), ["satu dua", "tiga"]);
        assert_eq!(wrapped("satu dua tiga empat", 10, 56.0, 1), ["satu dua…"]);
        assert!(wrapped("antidisestablishmentarianism", 10, 40.0, 2)[0].ends_with('…'));
        assert!(wrapped("", 10, 40.0, 2).is_empty());
    }

    #[test]
    fn what_data_say_cannot_leave_the_text() {
        let mut canvas = Canvas::new(100.0);
        canvas.text([0.0, 0.0], "<b>&\"", Look::plain(12));
        let svg = canvas.finish("a \"b\" <c>");
        assert!(svg.contains("&lt;b&gt;&amp;") && svg.contains("a &quot;b&quot; &lt;c&gt;"), "{svg}");
        assert!(!svg.contains("<!--") && svg.ends_with("</svg>"), "{svg}");
    }
}
