//! How a page looks: light and dark, on a phone and on a large screen.

use std::path::PathBuf;
use std::{env, fs};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::visitor::Visitor;

/// Elements that can have the focus and do not show it.
const WITHOUT_FOCUS: &str = "
    const before = document.activeElement;
    const controls = document.querySelectorAll('a, button, input, [tabindex=\"0\"]');
    const faults = [...controls].filter((control) => {
        if (control.disabled || !control.checkVisibility()) return false;
        control.focus({ focusVisible: true });
        const { outlineStyle, outlineWidth } = getComputedStyle(control);
        return outlineStyle !== 'solid' || parseFloat(outlineWidth) < 2;
    });
    document.activeElement.blur();
    before.focus();
    return faults.map(({ outerHTML }) => outerHTML);";

impl Visitor {
    /// Light or dark, and without anything that moves.
    #[track_caller]
    fn prefers(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
    }

    /// The page is as it should be on a screen of this width, in both schemes.
    #[track_caller]
    pub(crate) fn looks_well(&self, name: &str, width: u32) {
        for scheme in ["light", "dark"] {
            self.prefers(scheme);
            self.fits(width);
            let what = format!("{name}-{width}-{scheme}");
            self.take_picture(&what);
            self.is_accessible(&what);
        }
        assert_eq!(self.script(WITHOUT_FOCUS), json!([]), "{name}");
        let moving = "return [...document.querySelectorAll('*')].filter((element) => {
            const { transitionDuration, animationName } = getComputedStyle(element);
            return transitionDuration !== '0s' || animationName !== 'none';
        }).length";
        assert_eq!(self.script(moving), 0, "{name} moves");
    }

    /// For `scripts/screenshots`, which says where to.
    fn take_picture(&self, name: &str) {
        let Some(folder) = env::var_os("ROCKET_LOGIN_PICTURES") else {
            return;
        };
        let picture = self.devtools(
            "Page.captureScreenshot",
            &json!({ "captureBeyondViewport": true }),
        );
        let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        let file = PathBuf::from(folder).join(format!("{name}.png"));
        fs::write(file, picture).unwrap();
    }
}
